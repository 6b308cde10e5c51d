using System.Diagnostics;

namespace Ecny.Bench.Http;

/// <summary>
/// Drives a script over keep-alive connections from one thread. Closed loop: every lane sends as soon as it has its answer, which finds the highest
/// rate. Open loop: operations fall due at a fixed rate whatever the service does, and latency counts from the moment an operation was due, so that
/// a stall is charged to everything that had to wait (no coordinated omission). There the generator looks at its sockets every half millisecond, as
/// being woken for each answer would cost the measured services their processor; that half millisecond is part of every latency.
/// </summary>
internal sealed class LoadEngine : IDisposable
{
    private readonly IScript script;
    private readonly int targets;
    private const long LookEveryMicros = 500;
    private readonly Epoll epoll = new();
    private readonly Epoll pause = new();
    private readonly Lane[] lanes;
    private readonly Stack<int> free = new();
    private readonly int[] keys = new int[512];
    private readonly byte[] buffer = new byte[4096];
    private LoadPhase phase = new();
    private long nextOperation;
    private long unixSeconds;
    private long deadline;
    private bool closedLoop;

    public LoadEngine(IScript script, IReadOnlyList<Uri> targets, int connections)
    {
        this.script = script;
        this.targets = targets.Count;
        lanes = new Lane[connections];
        for (var i = 0; i < connections; i++)
        {
            lanes[i] = Lane.Connect(targets, epoll, i);
            free.Push(i);
        }
    }

    /// <summary>Operations begun so far; they are numbered from 0.</summary>
    public long Operations => nextOperation;

    public LoadPhase Closed(TimeSpan duration)
    {
        var start = Begin(duration, closed: true);
        while (free.Count > 0) Start(free.Pop(), Stopwatch.GetTimestamp());
        while (free.Count < lanes.Length) Turn(100_000);
        return End(start);
    }

    /// <summary>So many operations, numbered from 0, as fast as they are answered: for preparation.</summary>
    public LoadPhase Count(long operations)
    {
        nextOperation = 0;
        var start = Begin(TimeSpan.FromDays(1), closed: false);
        while (nextOperation < operations || free.Count < lanes.Length)
        {
            while (nextOperation < operations && free.Count > 0) Start(free.Pop(), Stopwatch.GetTimestamp());
            Turn(100_000);
        }
        phase.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return phase;
    }

    public LoadPhase Open(double perSecond, TimeSpan duration)
    {
        var start = Begin(duration, closed: false);
        var ticksEach = Stopwatch.Frequency / perSecond;
        var total = (long)(duration.TotalSeconds * perSecond);
        for (long due = 0; due < total || free.Count < lanes.Length;)
        {
            var now = Stopwatch.GetTimestamp();
            while (due < total && free.Count > 0 && start + (long)(due * ticksEach) <= now) Start(free.Pop(), start + (long)(due++ * ticksEach));
            if (free.Count == 0) phase.WorstBacklog = Math.Max(phase.WorstBacklog, (long)((now - start) / ticksEach) - due);
            pause.Wait(keys, LookEveryMicros);
            Turn(0);
        }
        return End(start);
    }

    private long Begin(TimeSpan duration, bool closed)
    {
        phase = new LoadPhase { Seconds = duration.TotalSeconds };
        closedLoop = closed;
        unixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var start = Stopwatch.GetTimestamp();
        deadline = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return start;
    }

    private LoadPhase End(long start)
    {
        if (!closedLoop) phase.Seconds = Math.Max(phase.Seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return phase;
    }

    private void Turn(long timeoutMicros)
    {
        var ready = epoll.Wait(keys, timeoutMicros);
        unixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < ready; i++) Advance(keys[i] / targets, keys[i] % targets);
    }

    private void Start(int index, long intendedAt)
    {
        var lane = lanes[index];
        lane.Busy = true;
        lane.IntendedAt = intendedAt;
        lane.State.Operation = nextOperation++;
        lane.State.Step = 0;
        Send(lane);
    }

    private void Send(Lane lane)
    {
        var length = script.Write(lane.State, unixSeconds, buffer);
        lane.Send(script.TargetOf(lane.State), buffer.AsSpan(0, length));
    }

    private void Advance(int index, int target)
    {
        var lane = lanes[index];
        if (!lane.Receive(target, out var answer, out var body)) return;
        var result = script.Read(lane.State, answer.Status, body);
        if (result == StepResult.Next)
        {
            lane.State.Step++;
            Send(lane);
            return;
        }
        var now = Stopwatch.GetTimestamp();
        phase.Latency.Record((now - lane.IntendedAt) * 1_000_000 / Stopwatch.Frequency);
        if (result == StepResult.Failed) phase.Failed++;
        else if (!closedLoop || now <= deadline) phase.Completed++;
        if (closedLoop && now < deadline) Start(index, now);
        else
        {
            lane.Busy = false;
            free.Push(index);
        }
    }

    public void Dispose()
    {
        foreach (var lane in lanes) lane.Dispose();
        epoll.Dispose();
        pause.Dispose();
    }
}
