namespace Ecny.Ledger.Pump;

/// <summary>How one shard's pump works. The defaults are those of production; the simulation brings its own scheduler, clock and dice.</summary>
public sealed record PumpOptions
{
    public required int Shard { get; init; }
    /// <summary>Name under which this process owns the shard; unique per process start.</summary>
    public required string Owner { get; init; }
    /// <summary>Commands waiting or being decided; what is above is refused before the queue.</summary>
    public int QueueCapacity { get; init; } = 20_000;
    public int MaxBatch { get; init; } = 1_000;
    /// <summary>Bulk commands in one batch, at most: 30 % of <see cref="MaxBatch"/>.</summary>
    public int MaxBulk { get; init; } = 300;
    /// <summary>Places in a batch that bulk work gets even when other work fills it.</summary>
    public int BulkShare { get; init; } = 100;
    /// <summary>
    /// For so long after taking the shard, and after a number came back that memory had forgotten, numbers are looked up before they are decided;
    /// else they are taken for new, which saves a look-up for each payment and costs one batch decided twice when it is wrong.
    /// </summary>
    public TimeSpan Caution { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Take the shard again after having lost it (a grain's host says false: the runtime decides where it lives).</summary>
    public bool Reactivate { get; init; }
    /// <summary>An owner is left alone for this long after it took the shard, so that two hosts cannot play ping-pong.</summary>
    public TimeSpan MinimumTenure { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Between attempts to activate, to pass the barrier or to load: random, from a tenth of it up to it, doubled at each failure up to <see cref="BackOffLimit"/>.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromMilliseconds(200);
    public TimeSpan BackOffLimit { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How far this host's clock, the database's clock and the ledger's time may be apart.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromSeconds(2);
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Without any answer of the database for this long, commands are refused.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan ExpiryInterval { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>The loop wakes this often even when nothing happens (day cuts, probes, expiry).</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);
    /// <summary>How long a question about an attempt that is being decided waits for its decision.</summary>
    public TimeSpan FindDeadline { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Where the loop runs: never on a grain's scheduler.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>For back-off only; used by the loop alone.</summary>
    public Random Random { get; init; } = new();
}
