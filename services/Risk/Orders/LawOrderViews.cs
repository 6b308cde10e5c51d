using System.Text.Json.Serialization;
using Ecny.Risk.Alerts;

namespace Ecny.Risk.Orders;

/// <summary>An order of law (止付令). Amounts in fen.</summary>
public sealed record LawOrderRequest
{
    public required string RequestNo { get; init; }
    /// <summary>STOP_PAYMENT: the wallet may receive but not pay, for 48 hours.</summary>
    public required string Kind { get; init; }
    public required string WalletId { get; init; }
    /// <summary>Token of the holder's name; without a match nothing is done.</summary>
    public required string NameToken { get; init; }
    /// <summary>What the case is about; recorded, not matched.</summary>
    public long? Amount { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    /// <summary>Who orders.</summary>
    public required string Authority { get; init; }
    /// <summary>The authority's number of the case: a wallet is stopped at most twice for it.</summary>
    public required string DocumentNo { get; init; }
}

public sealed record LawOrderView
{
    public required string OrderNo { get; init; }
    public required string RequestNo { get; init; }
    public required string Kind { get; init; }
    public required string WalletId { get; init; }
    /// <summary>EXECUTED or REFUSED; PROCESSING while the ledger's answer is not known.</summary>
    public required string Status { get; init; }
    /// <summary>Of a refusal: NO_MATCH, STOPPED_TWICE or WALLET_NOT_OPEN.</summary>
    public string? Reason { get; init; }
    public TextView? Explanation { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    /// <summary>The stop ends then by itself: 48 hours after the stop.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    /// <summary>True while the stop holds.</summary>
    public bool? InForce { get; init; }
    public long? BalanceBeforeAmount { get; init; }
    public long? BalanceAfterAmount { get; init; }
    public long? Amount { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public required string Authority { get; init; }
    public required string DocumentNo { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

public sealed record LawOrderPage
{
    public required IReadOnlyList<LawOrderView> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}
