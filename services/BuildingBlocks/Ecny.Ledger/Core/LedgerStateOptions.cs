namespace Ecny.Ledger.Core;

/// <summary>Bounds of the shard's memory. What is not held is read again when needed.</summary>
public sealed record LedgerStateOptions
{
    /// <summary>Wallets kept in memory (about 130 bytes each).</summary>
    public int MaxWallets { get; init; } = 2_000_000;
    /// <summary>Numbers, once-keys, holds and so on kept in each of two generations.</summary>
    public int GenerationSize { get; init; } = 50_000;
    /// <summary>Attempts and claims committed last, kept in each of two generations (about 70 bytes each): a repetition of them needs no look-up.</summary>
    public int RecentSize { get; init; } = 500_000;
}
