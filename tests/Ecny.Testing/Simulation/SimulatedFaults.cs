namespace Ecny.Testing.Simulation;

public enum CommitFault
{
    None,
    /// <summary>The connection breaks before the batch arrives.</summary>
    NeverArrives,
    /// <summary>Committed and replicated; the answer is lost.</summary>
    AnswerLost,
    /// <summary>No answer; the batch arrives seconds later, unless a barrier was there first.</summary>
    ArrivesLate,
    /// <summary>Committed on the primary, the wait for the standby was cancelled: the answer carries a warning.</summary>
    NotReplicated,
}

/// <summary>What goes wrong between a host and its database, chosen by the seed. Without <see cref="Active"/>: nothing, and all is quick.</summary>
public sealed class SimulatedFaults(VirtualTime time, Random random)
{
    public bool Active { get; set; }

    /// <summary>Share of calls that fail while active, 0 … 1.</summary>
    public double Rate { get; init; }

    /// <summary>Until this tick the database cannot be reached.</summary>
    public long AwayUntil { get; set; }

    public bool Away => Active && time.Ticks < AwayUntil;

    public bool Fails() => Away || (Active && random.NextDouble() < Rate);

    public bool Coin() => random.Next(2) == 0;

    public CommitFault OnCommit() => Away ? CommitFault.NeverArrives
        : !Active || random.NextDouble() >= Rate ? CommitFault.None
        : (CommitFault)random.Next(1, 5);

    /// <summary>One way through the network.</summary>
    public Task Travel()
    {
        var dice = random.NextDouble();
        var (from, to) = !Active || dice < 0.9 ? (0.1, 2.0) : dice < 0.98 ? (2, 40) : (40, 1500);
        return time.Delay(TimeSpan.FromMilliseconds(from + (to - from) * random.NextDouble()));
    }

    public Task Late() => time.Delay(TimeSpan.FromMilliseconds(random.Next(1, 8_000)));
}
