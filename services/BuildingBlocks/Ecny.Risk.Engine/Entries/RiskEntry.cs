using Ecny.Contracts.Ledger;

namespace Ecny.Risk.Engine.Entries;

/// <summary>
/// What the rules need of a settled journal entry. (Shard, Seq) names it; per shard they are fed in the order of Seq.
/// Declined entries and those that move no money between wallets need not be fed.
/// </summary>
public readonly record struct RiskEntry
{
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required Guid Transfer { get; init; }
    public required EntryKind Kind { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public required long Debit { get; init; }
    public required long Credit { get; init; }
    /// <summary>UTC+8.</summary>
    public required DateOnly BusinessDate { get; init; }
    /// <summary>Event time, Unix microseconds, UTC: when the payment was made, which for a dual-offline upload is before it was settled.</summary>
    public required long AtMicros { get; init; }
    public required WalletClass DebitClass { get; init; }
    public required WalletClass CreditClass { get; init; }
    public RiskLevel DebitLevel { get; init; }
    public RiskLevel CreditLevel { get; init; }
    /// <summary>Pseudonymous token of the wallet's person, when known: sums of a client run over all wallets of the token.</summary>
    public string? DebitPerson { get; init; }
    public string? CreditPerson { get; init; }
    public string? Scenario { get; init; }
    public string? Merchant { get; init; }
    public string? District { get; init; }
    public bool IsCash { get; init; }
    public bool IsCrossBorder { get; init; }
    /// <summary>Fen left in the payer's wallet after the entry; -1 when not known.</summary>
    public long DebitBalance { get; init; }
}
