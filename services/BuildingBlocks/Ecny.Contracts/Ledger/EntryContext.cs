using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecny.Contracts.Ledger;

/// <summary>
/// What a journal entry carries so that no consumer has to join: tokens and codes only, never names, phone numbers or ids of persons.
/// Stored as compact JSON; a field that does not apply is absent. The ledger adds operators, classes and district of the wallets.
/// </summary>
public sealed record EntryContext
{
    [JsonPropertyName("scenario")] public string? Scenario { get; init; }
    [JsonPropertyName("method")] public string? Method { get; init; }
    [JsonPropertyName("acquirer")] public string? Acquirer { get; init; }
    [JsonPropertyName("merchant")] public string? Merchant { get; init; }
    [JsonPropertyName("store")] public string? Store { get; init; }
    [JsonPropertyName("terminal")] public string? Terminal { get; init; }
    [JsonPropertyName("channel")] public string? Channel { get; init; }
    [JsonPropertyName("order")] public string? Order { get; init; }
    [JsonPropertyName("merchantDistrict")] public string? MerchantDistrict { get; init; }
    [JsonPropertyName("device")] public string? Device { get; init; }
    [JsonPropertyName("bank")] public string? BankToken { get; init; }
    /// <summary>The payment that a refund or cancel belongs to, the hold that a posting belongs to.</summary>
    [JsonPropertyName("original")] public string? Original { get; init; }
    [JsonPropertyName("remark")] public string? Remark { get; init; }
    [JsonPropertyName("attach")] public string? Attach { get; init; }
    [JsonPropertyName("notifyUrl")] public string? NotifyUrl { get; init; }
    [JsonPropertyName("reason")] public string? Reason { get; init; }
    [JsonPropertyName("authority")] public string? Authority { get; init; }
    /// <summary>Until when a state is meant (RFC 3339).</summary>
    [JsonPropertyName("expiresAt")] public string? ExpiresAt { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, EntryContextJson.Default.EntryContext);

    public static EntryContext Parse(string json) =>
        string.IsNullOrEmpty(json) ? new EntryContext() : JsonSerializer.Deserialize(json, EntryContextJson.Default.EntryContext)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntryContext))]
internal sealed partial class EntryContextJson : JsonSerializerContext;
