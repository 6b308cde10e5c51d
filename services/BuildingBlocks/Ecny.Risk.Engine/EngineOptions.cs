namespace Ecny.Risk.Engine;

/// <summary>Bounds of time and memory. Part of the state's definition: a rebuild with other options is another state.</summary>
public sealed record EngineOptions
{
    public static EngineOptions Default { get; } = new();

    /// <summary>Entries whose event time lies further back than this, measured from the newest, are too late for any window.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long a wallet's single flows are kept.</summary>
    public TimeSpan FlowWindow { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Flows kept per wallet and direction; the oldest go first. A merchant's thousands of payments must not fill the memory.</summary>
    public int FlowsPerWallet { get; init; } = 64;

    /// <summary>How long the engine remembers that two wallets have paid each other; it forgets between one and two such periods after their last payment.</summary>
    public TimeSpan PairMemory { get; init; } = TimeSpan.FromDays(60);

    /// <summary>Pairs of wallets remembered at most; about 60 bytes each. Beyond it the older half is forgotten early.</summary>
    public int MaxPairs { get; init; } = 10_000_000;
}
