using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>
/// One line of the journal, the truth of the platform: <see cref="Amount"/> fen moved from the debit bucket to the credit bucket, or a
/// remembered decline (then nothing moved and the versions are 0). (Shard, Seq) names it for ever.
/// </summary>
public sealed record Entry
{
    public required int Shard { get; init; }
    /// <summary>From 1, without gaps, one sequence per shard.</summary>
    public required long Seq { get; init; }
    public required long Epoch { get; init; }
    public required TransferId Transfer { get; init; }
    /// <summary>0-based leg within the transfer; legs of a transfer have consecutive sequences.</summary>
    public required short Leg { get; init; }
    public required string Institution { get; init; }
    public required string Number { get; init; }
    public required EntryKind Kind { get; init; }
    /// <summary>The linked group this transfer happened in, or null.</summary>
    public TransferId? Group { get; init; }
    /// <summary>The payment a refund belongs to, the hold a posting or release belongs to, or null.</summary>
    public TransferId? Original { get; init; }
    /// <summary>Wallet 0: none.</summary>
    public BucketId Debit { get; init; }
    public BucketId Credit { get; init; }
    /// <summary>Fen; for a decline what was asked for.</summary>
    public required long Amount { get; init; }
    /// <summary>Version of the debit bucket after this entry (1 is its first), its balance after, and the entry that touched it before (0: none).</summary>
    public long DebitVersion { get; init; }
    public long DebitBalance { get; init; }
    public long DebitPrevSeq { get; init; }
    public long CreditVersion { get; init; }
    public long CreditBalance { get; init; }
    public long CreditPrevSeq { get; init; }
    public DeclineCode Code { get; init; }
    /// <summary>Unix microseconds, the shard's clock: never goes back along Seq.</summary>
    public required long AtMicros { get; init; }
    /// <summary>UTC+8; never decreases along Seq.</summary>
    public required DateOnly BusinessDate { get; init; }
    public string? TraceParent { get; init; }
    /// <summary>Compact JSON: <see cref="EntryContext"/> and the fields the ledger adds (payerOperator, payeeOperator, payerClass, payeeClass, payerDistrict).</summary>
    public string Context { get; init; } = "";
}
