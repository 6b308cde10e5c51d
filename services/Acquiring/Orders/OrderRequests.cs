namespace Ecny.Acquiring.Orders;

public sealed record OrderRequest
{
    public required string MerchantNo { get; init; }
    /// <summary>The number of the request too: same number and content gives the same order.</summary>
    public required string MerchantOrderNo { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public required string Subject { get; init; }
    /// <summary>RFC 3339 with offset, 1 minute to 15 days from now; 15 minutes from now where absent.</summary>
    public string? ExpiresAt { get; init; }
    public string? NotifyUrl { get; init; }
    public string? Scenario { get; init; }
    public string? Attach { get; init; }
}

public sealed record OrderPayRequest
{
    public required string RequestNo { get; init; }
    public required string WalletId { get; init; }
}

public sealed record OrderCloseRequest;

public sealed record OrderCancelRequest
{
    public required string RequestNo { get; init; }
}
