namespace Ecny.Messaging;

/// <summary>What an entry carries so that no consumer has to join: tokens and codes, never persons. Null where a field does not apply.</summary>
public sealed class LedgerContext
{
    public static readonly LedgerContext Empty = new();

    public string? Scenario { get; internal set; }
    public string? Method { get; internal set; }
    public string? Acquirer { get; internal set; }
    public string? Merchant { get; internal set; }
    public string? Store { get; internal set; }
    public string? Terminal { get; internal set; }
    public string? Channel { get; internal set; }
    public string? Order { get; internal set; }
    public string? MerchantDistrict { get; internal set; }
    public string? Device { get; internal set; }
    /// <summary>The bank account's token of an exchange.</summary>
    public string? Bank { get; internal set; }
    public string? Remark { get; internal set; }
    public string? Attach { get; internal set; }
    public string? NotifyUrl { get; internal set; }
    public string? Reason { get; internal set; }
    public string? Authority { get; internal set; }
    public string? ExpiresAt { get; internal set; }
    public string? PayerOperator { get; internal set; }
    public string? PayeeOperator { get; internal set; }
    /// <summary>I … IV, CORPORATE, OPERATOR, ISSUANCE, SUSPENSE.</summary>
    public string? PayerClass { get; internal set; }
    public string? PayeeClass { get; internal set; }
    public string? PayerDistrict { get; internal set; }
    /// <summary>Of a DAY_END: entries of the day, the sum of their amounts (fen) and the hash of their chain.</summary>
    public long? Count { get; internal set; }
    public long? Sum { get; internal set; }
    public string? Hash { get; internal set; }

    /// <summary>Members that this build does not know, or whose value is no text, by name with their JSON; null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Others => unknown;

    internal Dictionary<string, string>? unknown;
}
