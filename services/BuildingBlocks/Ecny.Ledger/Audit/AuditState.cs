using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Audit;

/// <summary>A bucket after the last entry that touched it.</summary>
public readonly record struct BucketState(long Version, long Balance, long LastSeq);

/// <summary>A hold as the journal tells it.</summary>
public record struct AuditedHold(long Wallet, long Amount, long Posted, long Released, TransferId? ResolvedBy, HoldState State);

/// <summary>What was given back of a payment, and by which entry last.</summary>
public record struct AuditedRefund(long Refunded, long LastSeq);

/// <summary>What the auditor remembers of the entries it has seen: about 56 bytes a bucket, and the holds and refunded payments.</summary>
public sealed class AuditState
{
    public Dictionary<BucketId, BucketState> Buckets { get; }
    public Dictionary<TransferId, AuditedHold> Holds { get; } = [];
    public Dictionary<TransferId, AuditedRefund> Refunds { get; } = [];

    /// <param name="buckets">How many buckets to make room for: growing step by step would need twice the memory.</param>
    public AuditState(int buckets) => Buckets = new Dictionary<BucketId, BucketState>(buckets);
}
