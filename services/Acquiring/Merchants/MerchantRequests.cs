namespace Ecny.Acquiring.Merchants;

public sealed record MerchantRequest
{
    public required string RequestNo { get; init; }
    /// <summary>The acquirer's own choice, unique in the city; given by the platform where absent.</summary>
    public string? MerchantNo { get; init; }
    public required string Name { get; init; }
    /// <summary>Wallet that is paid: corporate, or personal for a sole trader.</summary>
    public required string WalletId { get; init; }
    /// <summary>S01 … S16: the scenario of payments that name none. S09 (retail) where absent.</summary>
    public string? Scenario { get; init; }
    public string? District { get; init; }
    /// <summary>Merchant category code, four digits.</summary>
    public string? Mcc { get; init; }
}

public sealed record MerchantStateRequest
{
    /// <summary>ACTIVE or SUSPENDED.</summary>
    public required string Status { get; init; }
}

public sealed record StoreRequest
{
    public required string RequestNo { get; init; }
    public required string MerchantNo { get; init; }
    /// <summary>Unique per merchant.</summary>
    public required string StoreNo { get; init; }
    public required string Name { get; init; }
    /// <summary>The merchant's where absent.</summary>
    public string? District { get; init; }
}

public sealed record TerminalRequest
{
    public required string RequestNo { get; init; }
    public required string MerchantNo { get; init; }
    public required string StoreNo { get; init; }
    /// <summary>Unique per merchant.</summary>
    public required string TerminalNo { get; init; }
    public string? Type { get; init; }
    public string? SerialNo { get; init; }
}
