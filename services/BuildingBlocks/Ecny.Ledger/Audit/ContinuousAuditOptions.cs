using Ecny.Ledger.Receipts;

namespace Ecny.Ledger.Audit;

/// <summary>How much a step of the continuous audit does.</summary>
public sealed record ContinuousAuditOptions
{
    public int Shard { get; init; } = Contracts.Ledger.ShardMap.OnlyShard;

    /// <summary>Entries of one step. Small: a step is a burst of work beside payments, and what it holds must not outlive a garbage collection.</summary>
    public int WindowSize { get; init; } = 1_000;

    /// <summary>Wallet rows and bucket rows of one step, besides the entries: one turn through 10 million wallets takes 10 000 steps.</summary>
    public int RowsPerStep { get; init; } = 1000;

    /// <summary>Buckets remembered between steps (some 56 bytes each); what is not remembered is read from the journal again.</summary>
    public int MaxBuckets { get; init; } = 500_000;

    /// <summary>Keys with which checkpoints may be signed. Empty: signatures are not checked.</summary>
    public IReadOnlyList<CheckpointPublicKey> Keys { get; init; } = [];
}

/// <summary>What a step did.</summary>
/// <param name="Entries">Entries audited by this step.</param>
/// <param name="Behind">Entries of the journal that are still to be audited.</param>
/// <param name="Head">Last sequence of the shard; 0 when this instance did nothing because another one works.</param>
/// <param name="Finding">Null: all is right so far. Else the audit stands at it.</param>
public readonly record struct AuditStep(int Entries, long Behind, long Head, AuditFinding? Finding);
