using System.Globalization;

namespace Ecny.Ledger.Audit;

/// <summary>Result of an audit. <see cref="Finding"/> null: everything checked is right.</summary>
public sealed record AuditReport
{
    public required int Shard { get; init; }
    /// <summary>Entries of the journal looked at.</summary>
    public required long Entries { get; init; }
    public long Wallets { get; init; }
    public long Buckets { get; init; }
    public long Numbers { get; init; }
    public long Holds { get; init; }
    public long RefundedPayments { get; init; }
    public long Checkpoints { get; init; }
    public required TimeSpan Duration { get; init; }
    /// <summary>What could not be checked for want of a key.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];
    public AuditFinding? Finding { get; init; }

    public bool IsRight => Finding is null;

    public override string ToString() => Finding is { } finding
        ? $"WRONG at {finding}"
        : string.Create(CultureInfo.InvariantCulture,
            $"right: {Entries} entries, {Wallets} wallets, {Buckets} other buckets, {Numbers} numbers, {Holds} holds, {RefundedPayments} refunded payments, {Checkpoints} checkpoints in {Duration.TotalSeconds:0.0} s");
}
