namespace Ecny.Ledger.Pump;

/// <summary>Random, growing pauses, so that two hosts that want the same shard do not meet for ever.</summary>
internal sealed class BackOff(PumpOptions options)
{
    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next()
    {
        var longest = Math.Min(options.BackOff.TotalMilliseconds * (1 << Math.Min(_failures++, 10)), options.BackOffLimit.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.1 + 0.9 * options.Random.NextDouble()));
    }

    public Task Wait(CancellationToken stop) => Task.Delay(Next(), options.Time, stop);
}
