namespace Ecny.Acquiring.Merchants;

/// <summary>A merchant of an acquirer. It is paid into <see cref="Wallet"/>, whose balance the ledger keeps.</summary>
public sealed record Merchant
{
    public required string MerchantNo { get; init; }
    /// <summary>Institution that onboarded it and may refund its payments.</summary>
    public required string Acquirer { get; init; }
    public required string RequestNo { get; init; }
    public required string Name { get; init; }
    /// <summary>Wallet that is credited: corporate, or personal for a sole trader (个体工商户).</summary>
    public required long Wallet { get; init; }
    /// <summary>Scenario of a payment that names none, S01 … S16.</summary>
    public required string Scenario { get; init; }
    public required string District { get; init; }
    /// <summary>Merchant category code, four digits.</summary>
    public string? Mcc { get; init; }
    public required MerchantStatus Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Whether a merchant takes new payments. Refunds of old ones are possible in either state.</summary>
public enum MerchantStatus { ACTIVE, SUSPENDED }

/// <summary>A store (门店) of a merchant; its district, where given, goes before the merchant's.</summary>
public sealed record Store(string MerchantNo, string StoreNo, string RequestNo, string Name, string? District, DateTimeOffset CreatedAt);

/// <summary>A terminal (终端) in a store.</summary>
public sealed record Terminal(string MerchantNo, string TerminalNo, string StoreNo, string RequestNo, string? Type, string? SerialNo, DateTimeOffset CreatedAt);
