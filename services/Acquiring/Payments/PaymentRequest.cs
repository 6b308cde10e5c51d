namespace Ecny.Acquiring.Payments;

/// <summary>Body of POST /v1/payments.</summary>
public sealed record PaymentRequest
{
    public required string RequestNo { get; init; }
    /// <summary>Absent for STATIC_CODE, where the code names the merchant.</summary>
    public string? MerchantNo { get; init; }
    public string? StoreNo { get; init; }
    public string? TerminalNo { get; init; }
    /// <summary>Makes it one of the merchant's orders, which is paid once whatever the method.</summary>
    public string? MerchantOrderNo { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    /// <summary>PAY_CODE, TOKEN, STATIC_CODE (NFC and MANDATE are known, not offered yet).</summary>
    public required string Method { get; init; }
    /// <summary>Exactly the member that the method needs.</summary>
    public required PayerRequest Payer { get; init; }
    /// <summary>The text scanned, for STATIC_CODE: of a merchant's static code or of an order.</summary>
    public string? CodeContent { get; init; }
    /// <summary>S01 … S16; the merchant's where absent.</summary>
    public string? Scenario { get; init; }
    public string? Channel { get; init; }
    public string? NotifyUrl { get; init; }
    public string? Attach { get; init; }
}

/// <summary>Who pays. One member, the one of the method.</summary>
public sealed record PayerRequest
{
    public string? PayCode { get; init; }
    public string? Token { get; init; }
    public string? Nfc { get; init; }
    public string? MandateNo { get; init; }
    public string? WalletId { get; init; }
}
