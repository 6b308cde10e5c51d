using Ecny.Ledger.Receipts;

namespace Ecny.Ledger.Audit;

/// <summary>What an audit can check beyond the tables themselves.</summary>
public sealed record AuditOptions
{
    public int Shard { get; init; } = Contracts.Ledger.ShardMap.OnlyShard;

    /// <summary>With it every leaf of the receipt log is recomputed from the journal; without it only the tree above the stored leaves is.</summary>
    public ReceiptSalts? Salts { get; init; }

    /// <summary>With them the signatures of checkpoints are checked, by key id. Empty: they are not.</summary>
    public IReadOnlyList<CheckpointPublicKey> Keys { get; init; } = [];
}
