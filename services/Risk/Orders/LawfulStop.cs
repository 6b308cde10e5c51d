namespace Ecny.Risk.Orders;

/// <summary>What Wallets is asked: to stop a wallet if the name token is its holder's.</summary>
public sealed record LawfulStopRequest
{
    public required string RequestNo { get; init; }
    public required string NameToken { get; init; }
    public required int DurationSeconds { get; init; }
    public required string Authority { get; init; }
    public required string DocumentNo { get; init; }
}

public sealed record LawfulStopAnswer
{
    public required string WalletId { get; init; }
    /// <summary>STOPPED, NO_MATCH or NOT_OPEN.</summary>
    public required string Status { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public long? BalanceBeforeAmount { get; init; }
    public long? BalanceAfterAmount { get; init; }
}
