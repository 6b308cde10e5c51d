namespace Ecny.Messaging;

/// <summary>How a consumer follows the journal.</summary>
public sealed record ConsumerOptions
{
    /// <summary>How often its cursor is compared with the shard's head: a lost last message shows after this time.</summary>
    public TimeSpan HeadInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same where nothing carries messages and pulling is the only way.</summary>
    public TimeSpan PullInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>What the head shows may still be on its way by message: it is pulled when it has not come after this time.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a stand-by tries to become the active one.</summary>
    public TimeSpan StandByInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Entries of a pulled page, and so of one transaction when catching up (at most 10 000).</summary>
    public int PageSize { get; init; } = 5_000;

    /// <summary>Entries that came by message and are applied in one transaction.</summary>
    public int BatchSize { get; init; } = 2_000;

    /// <summary>More parked entries than this is no longer a matter of single entries: then a parking consumer halts too.</summary>
    public int MostParked { get; init; } = 1_000;

    /// <summary>First and longest pause after a failure.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
