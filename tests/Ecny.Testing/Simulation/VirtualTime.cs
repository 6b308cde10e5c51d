namespace Ecny.Testing.Simulation;

/// <summary>
/// One thread, one clock, one seed: everything that is awaited in a simulation continues here, in an order that the seed chooses, and time
/// passes only when nothing is left to do. The same seed gives the same run, step by step.
/// </summary>
public sealed class VirtualTime(Random random, DateTimeOffset start) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Call, object? State)> _ready = [];
    private readonly PriorityQueue<Action, (long Due, long Order)> _later = new();
    private long _order;
    private int _thread;
    private const long MaxSteps = 10_000_000;
    private volatile string? _stranger;

    /// <summary>Ticks of 100 ns since the simulation began.</summary>
    public long Ticks { get; private set; }

    public DateTimeOffset UtcNow => start.AddTicks(Ticks);

    /// <summary>Continuations run so far; equal for equal seeds.</summary>
    public long Steps { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        // Task.WhenAny, WhenAll and WaitAsync may go on in the thread pool: then a seed would not be a run any more.
        if (_thread != 0 && Environment.CurrentManagedThreadId != _thread) _stranger ??= Environment.StackTrace;
        else _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing in a simulation may block.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="action"/> when this much time has passed.</summary>
    public void After(TimeSpan delay, Action action) => _later.Enqueue(action, (Ticks + Math.Max(0, delay.Ticks), _order++));

    public Task Delay(TimeSpan delay)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, passed.SetResult);
        return passed.Task;
    }

    /// <summary>True when <paramref name="task"/> has ended, false when the time was over first.</summary>
    public async Task<bool> Within(TimeSpan limit, Task task)
    {
        var first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        After(limit, () => first.TrySetResult(false));
        _ = Watch();
        return await first.Task;

        async Task Watch()
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            first.TrySetResult(true);
        }
    }

    /// <summary>Runs until <paramref name="done"/>; false when the time is over before, or nothing will ever happen again.</summary>
    public bool RunUntil(Func<bool> done, TimeSpan limit)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            var end = Ticks + limit.Ticks;
            while (!done())
            {
                if (_stranger is not null) throw new InvalidOperationException($"Something went on outside of the simulation's thread:\n{_stranger}");
                if (_ready.Count > 0)
                {
                    // Which of the runnable parts goes on first is nobody's promise: the seed chooses.
                    var index = _ready.Count == 1 ? 0 : random.Next(_ready.Count);
                    var (call, state) = _ready[index];
                    _ready.RemoveAt(index);
                    if (++Steps > MaxSteps) throw new InvalidOperationException("Time stands still: something spins.");
                    call(state);
                }
                else if (_later.TryDequeue(out var action, out var due))
                {
                    if (due.Due > end) return false;
                    Ticks = due.Due;
                    action();
                }
                else return false;
            }
            return true;
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
