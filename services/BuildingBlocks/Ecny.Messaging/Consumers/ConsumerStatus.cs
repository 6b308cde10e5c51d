namespace Ecny.Messaging;

/// <summary>What a consumer is doing with a shard here.</summary>
public enum ConsumerState
{
    /// <summary>Another instance is the active one.</summary>
    StandBy = 1,
    /// <summary>Follows the journal.</summary>
    Active = 2,
    /// <summary>Stands before an entry that it cannot take.</summary>
    Halted = 3,
    /// <summary>Something it needs is away; it tries again.</summary>
    Waiting = 4,
}

/// <summary>A picture of one consumer on one shard; counters since the process started.</summary>
/// <param name="Head">The shard's head as last seen.</param>
/// <param name="LagSeconds">Age of the last entry taken while there are newer ones; 0 when there are none.</param>
/// <param name="Parked">Entries that wait to be run again.</param>
/// <param name="Reason">Why it is halted or waiting.</param>
public sealed record ConsumerStatus(
    string Consumer, int Shard, ConsumerState State, long Seq, long Head, double LagSeconds, long Gaps, long Duplicates, long Pulled, long Applied, int Parked, string? Reason)
{
    public long LagEntries => Math.Max(0, Head - Seq);
}
