using System.Text.Json.Serialization;

namespace Ecny.Wallets.Profiles;

public sealed record WalletView
{
    public required string WalletId { get; init; }
    /// <summary>NORMAL, RECEIVE_ONLY, FROZEN, LOST, DEEP_FROZEN, CLOSED, PROCESSING or REJECTED.</summary>
    public required string Status { get; init; }
    /// <summary>When a state that was set for a term ends.</summary>
    public DateTimeOffset? StatusExpiresAt { get; init; }
    public required string Class { get; init; }
    public string? District { get; init; }
}

/// <summary>What became of a stop by order of law. Amounts in fen.</summary>
public sealed record LawfulStopView
{
    public required string WalletId { get; init; }
    /// <summary>STOPPED, NO_MATCH (no such wallet, or not this name) or NOT_OPEN.</summary>
    public required string Status { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public long? BalanceBeforeAmount { get; init; }
    public long? BalanceAfterAmount { get; init; }
}

public sealed record WalletPage
{
    public required IReadOnlyList<WalletView> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}

/// <summary>Amounts in fen.</summary>
public sealed record BalanceView
{
    public required string WalletId { get; init; }
    public required long AvailableAmount { get; init; }
    public required long HeldAmount { get; init; }
    public required IReadOnlyList<ContractBalance> Contracts { get; init; }
    public required AsOf AsOf { get; init; }
}

public sealed record ContractBalance(string ContractNo, long Amount);

public sealed record AsOf(int Shard, long Seq);

/// <summary>Fen; a limit that is absent does not exist. Day and year are calendar dates in UTC+8.</summary>
public sealed record LimitsView
{
    public required string WalletId { get; init; }
    public required string Class { get; init; }
    public long? BalanceCapAmount { get; init; }
    public long? PerPaymentAmount { get; init; }
    public long? PerDayAmount { get; init; }
    public long? PerYearAmount { get; init; }
    public required DateOnly Date { get; init; }
    public required long UsedTodayAmount { get; init; }
    public required long UsedThisYearAmount { get; init; }
}

/// <summary>One line of a wallet's account: what moved its available balance, newest first.</summary>
public sealed record WalletEntryView
{
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required string TransferId { get; init; }
    /// <summary>PAYMENT, REFUND, TRANSFER, EXCHANGE_IN, …</summary>
    public required string Kind { get; init; }
    /// <summary>CREDIT: in; DEBIT: out.</summary>
    public required string Side { get; init; }
    public required long Amount { get; init; }
    public required long BalanceAmount { get; init; }
    public string? CounterpartyWalletId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateOnly BusinessDate { get; init; }
}

public sealed record WalletEntryPage
{
    public required IReadOnlyList<WalletEntryView> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}
