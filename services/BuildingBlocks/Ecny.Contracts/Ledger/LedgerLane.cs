using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ecny.Contracts.Ledger;

/// <summary>The queue of one shard in one process, and the few senders that empty it.</summary>
internal sealed class LedgerLane(int shard, Func<int, ILedgerShard> shards, LedgerClientOptions options) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Waiting> queue = new();
    private int waiting;
    private int senders;

    public Task<LedgerOutcome> Enqueue(LedgerCommand command)
    {
        if (Interlocked.Increment(ref waiting) > options.MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            LedgerClientMeter.Refused.Add(1);
            return Task.FromResult(Answer(command, OutcomeStatus.Overloaded));
        }
        var item = new Waiting(command);
        queue.Enqueue(item);
        LedgerClientMeter.Waiting.Add(1);
        StartSender();
        return item.Task;
    }

    /// <summary>Commands that were never sent in time did nothing: refused, not unknown.</summary>
    public void RefuseOverdue()
    {
        var oldest = Stopwatch.GetTimestamp() - (long)(options.Timeout.TotalSeconds * Stopwatch.Frequency);
        while (queue.TryPeek(out var head) && head.Since < oldest && TryTake(out var item))
        {
            // A sender may have taken the head seen in between; the one taken now is then refused a little early, which is as true.
            LedgerClientMeter.Refused.Add(1);
            item.TrySetResult(Answer(item.Command, OutcomeStatus.Overloaded));
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = Send();

    /// <summary>What has waited for a whole sweep is not left behind a call that may never answer.</summary>
    public void Hurry(TimeSpan patience)
    {
        if (queue.TryPeek(out var head) && Stopwatch.GetElapsedTime(head.Since) > patience) StartSender(urgent: true);
    }

    private void StartSender(bool urgent = false)
    {
        while (true)
        {
            var running = Volatile.Read(ref senders);
            if (running >= options.CallsInFlight || !(urgent || IsWanted(running))) return;
            if (Interlocked.CompareExchange(ref senders, running + 1, running) != running) continue;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    /// <summary>Whether a sender beside <paramref name="others"/> is worth its call.</summary>
    private bool IsWanted(int others) => others == 0 || Volatile.Read(ref waiting) >= options.CommandsForAnotherCall;

    private async Task Send()
    {
        var taken = new List<Waiting>();
        while (true)
        {
            taken.Clear();
            while (taken.Count < options.CommandsPerCall && TryTake(out var item)) taken.Add(item);
            if (taken.Count == 0) break;
            await Call(taken).ConfigureAwait(false);
            if (!IsWanted(Volatile.Read(ref senders) - 1)) break;
        }
        Interlocked.Decrement(ref senders);
        // A command queued after the last look and before the decrement saw no free sender; and of two that end at once, each counted on the other.
        if (!queue.IsEmpty) StartSender();
    }

    private async Task Call(List<Waiting> items)
    {
        var commands = new LedgerCommand[items.Count];
        for (var i = 0; i < commands.Length; i++) commands[i] = items[i].Command;
        var started = Stopwatch.GetTimestamp();
        using var span = LedgerClientMeter.StartSpan(shard, commands);
        try
        {
            var outcomes = await shards(shard).Submit(commands).WaitAsync(options.Timeout).ConfigureAwait(false);
            if (outcomes.Length != commands.Length) throw new InvalidOperationException($"{outcomes.Length} answers to {commands.Length} commands.");
            for (var i = 0; i < outcomes.Length; i++) items[i].TrySetResult(outcomes[i]);
        }
        catch (ShardUnavailableException e)
        {
            LedgerClientMeter.Refused.Add(commands.Length);
            Fail(items, OutcomeStatus.Unavailable, span, e);
        }
        catch (Exception e)
        {
            LedgerClientMeter.Unknown.Add(commands.Length);
            Fail(items, OutcomeStatus.Processing, span, e);
        }
        LedgerClientMeter.CallSize.Record(commands.Length);
        LedgerClientMeter.CallSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static void Fail(List<Waiting> items, OutcomeStatus status, Activity? span, Exception e)
    {
        span?.SetStatus(ActivityStatusCode.Error, e.Message);
        foreach (var item in items) item.TrySetResult(Answer(item.Command, status));
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Waiting? item)
    {
        if (!queue.TryDequeue(out item)) return false;
        Interlocked.Decrement(ref waiting);
        LedgerClientMeter.Waiting.Add(-1);
        return true;
    }

    private static LedgerOutcome Answer(LedgerCommand command, OutcomeStatus status) => new() { Id = command.Id, Status = status };

    private sealed class Waiting(LedgerCommand command) : TaskCompletionSource<LedgerOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public LedgerCommand Command { get; } = command;
        public long Since { get; } = Stopwatch.GetTimestamp();
    }
}
