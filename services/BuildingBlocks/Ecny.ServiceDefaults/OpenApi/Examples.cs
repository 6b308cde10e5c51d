using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Ecny.ServiceDefaults.OpenApi;

/// <summary>
/// Example values for the OpenAPI document, by the name of the member: a name means the same everywhere, but where a type gives it a meaning of its own
/// (<c>Type.member</c>). A member without an example is left out of example bodies.
/// </summary>
internal static class Examples
{
    private const string Transfer = "8c1f0a6e3b7d4f52a9e04d1c6b2f7a90";

    private static readonly Dictionary<string, string> _json = new()
    {
        ["requestNo"] = Text("p-000123"), ["originalRequestNo"] = Text("p-000122"), ["merchantOrderNo"] = Text("o-77"), ["refundNo"] = Text("r-000123"),
        ["merchantNo"] = Text("M100045"), ["storeNo"] = Text("S1"), ["terminalNo"] = Text("T9"), ["name"] = Text("老城超市"), ["mcc"] = Text("5411"),
        ["scenario"] = Text("S09"), ["channel"] = Text("POS"), ["district"] = Text("D01"), ["type"] = Text("POS"), ["serialNo"] = Text("SN-0001"),
        ["amount"] = "1250", ["maxAmount"] = "50000", ["perPaymentAmount"] = "20000", ["perDayAmount"] = "100000", ["availableAmount"] = "98750", ["heldAmount"] = "0",
        ["balanceAmount"] = "98750", ["refundedTotalAmount"] = "1250", ["refundedAmount"] = "1250", ["method"] = Text("TOKEN"), ["token"] = Text("5f0d2b9c1e7a4c36b8d94a0f6e2c7d15"),
        ["walletId"] = Text("1010000000000123"), ["fromWalletId"] = Text("1010000000000123"), ["toWalletId"] = Text("1020000000000456"),
        ["notifyUrl"] = Text("https://merchant.example/notify"), ["attach"] = Text("table 4"), ["subject"] = Text("两碗牛肉面"), ["reason"] = Text("customer's wish"), ["remark"] = Text("谢谢"),
        ["expiresAt"] = Text("2026-01-05T12:15:00+08:00"), ["paidAt"] = Text("2026-01-05T12:00:00.123+08:00"), ["at"] = Text("2026-01-05T12:00:00.123+08:00"),
        ["createdAt"] = Text("2026-01-05T12:00:00.123+08:00"), ["businessDate"] = Text("2026-01-05"), ["shard"] = "0", ["seq"] = "918273", ["epoch"] = "7",
        ["paymentNo"] = Text(Transfer), ["refundId"] = Text(Transfer), ["transferNo"] = Text(Transfer), ["exchangeNo"] = Text(Transfer), ["transferId"] = Text(Transfer),
        ["orderNo"] = Text("0b5e4f7c9a3d4e1f8c2b6a7d9e0f1a23"), ["codeNo"] = Text("3f9a1c7e5b2d4a6f8e0c1b3d"), ["direction"] = Text("IN"), ["bankAccountToken"] = Text("bank-7f3a"),
        ["class"] = Text("II"), ["personToken"] = Text("person-19c2"), ["nameToken"] = Text("name-51d0"), ["authority"] = Text("A-310000"),
        ["documentNo"] = Text("D-2026-0017"), ["durationSeconds"] = "172800", ["occurredAt"] = Text("2026-01-05T11:30:00+08:00"), ["LawOrderRequest.kind"] = Text("STOP_PAYMENT"), ["list"] = Text("suspects"),
        ["ListRequest.expiresAt"] = "null",
        ["PartObject.bucket"] = Text("AVAILABLE"), ["codeContent"] = Text("ecny:s:3f9a1c7e5b2d4a6f8e0c1b3d:825e31"), ["payCode"] = Text("28124QZK7MVXH3R5T"), ["PayerRequest.payCode"] = "null",
        ["PaymentRequest.codeContent"] = "null", ["contractNo"] = Text("C7"), ["BalanceView.contracts"] = "[]", ["PartObject.contractNo"] = "null", ["lastSequence"] = "918273", ["sequence"] = "42", ["merchantName"] = Text("老城超市"), ["JournalItem.kind"] = Text("PAYMENT"), 
        ["ScannedCode.kind"] = Text("ORDER"), ["secret"] = Text("bG9uZ2VyIHRoYW4gYW55Ym9keSBndWVzc2VzISEhISE="), ["date"] = Text("2026-01-05"), ["usedTodayAmount"] = "1250", ["usedThisYearAmount"] = "1250", ["refundedAt"] = Text("2026-01-05T12:30:00.456+08:00"),
        ["outcome"] = Text("REFUNDED"), ["balanceCapAmount"] = "50000000", ["perYearAmount"] = "null", ["side"] = Text("DEBIT"), ["content"] = Text("ecny:s:3f9a1c7e5b2d4a6f8e0c1b3d:825e31"),
        ["CatalogueItem.meaning"] = """{"zh-CN":"商户不存在或不属于本机构","en":"The merchant does not exist or belongs to another institution"}""", ["minSize"] = "1", ["first"] = "1000", ["second"] = "2000",
        ["id"] = Text("acquirer-2"), ["roles"] = """["ACQUIRER"]""", ["keyId"] = Text("acquirer-2-2026"), ["algorithm"] = Text("ecdsa-p256-sha256"), ["publicKeyPem"] = Text(
            "-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\\n-----END PUBLIC KEY-----\\n"),
        ["PayerRequest.walletId"] = "null", ["ttlSeconds"] = "900", ["limit"] = "50", ["after"] = "0", ["status"] = Text("SETTLED"), ["WalletStateRequest.state"] = Text("NORMAL"), ["WalletStateRequest.expiresAt"] = "null", ["InstitutionStateRequest.state"] = Text("ACTIVE"),
        ["MerchantStateRequest.status"] = Text("ACTIVE"), ["OrderObject.status"] = Text("WAIT_PAY"), ["WalletView.status"] = Text("NORMAL"), ["CatalogueItem.status"] = "422", ["CatalogueItem.code"] = Text("MERCHANT_UNKNOWN"), ["CatalogueItem.kind"] = Text("REFUSAL"), ["MerchantObject.status"] = Text("ACTIVE"),
        ["Problem.type"] = Text("/v1/codes#MERCHANT_UNKNOWN"), ["Problem.title"] = Text("The merchant does not exist or belongs to another institution"), ["Problem.status"] = "422",
        ["Problem.detail"] = Text("Check the values of the fields in errors"), ["Problem.code"] = Text("MERCHANT_UNKNOWN"), ["Problem.traceId"] = Text("4bf92f3577b34da6a3ce929d0e0e4736"),
        ["ProblemField.field"] = Text("merchantNo"), ["ProblemField.code"] = Text("MERCHANT_UNKNOWN"), ["ProblemField.message"] = Text("The merchant does not exist or belongs to another institution"),
    };

    /// <summary>The example of a parameter or member; null when there is none.</summary>
    /// <param name="member">Its name in JSON.</param>
    /// <param name="type">Name of the type that has the member.</param>
    public static JsonNode? Of(string member, string? type = null) =>
        _json.TryGetValue($"{type}.{member}", out var own) ? JsonNode.Parse(own) : _json.TryGetValue(member, out var json) ? JsonNode.Parse(json) : null;

    /// <summary>A body of all members that have an example.</summary>
    public static JsonNode? Body(IOpenApiSchema schema)
    {
        if (schema.Examples is [{ } own, ..]) return own.DeepClone();
        if (schema.Items is { } items) return Body(items) is { } item ? new JsonArray(item) : null;
        if (schema.Properties is not { } properties) return null;
        var body = new JsonObject();
        foreach (var (name, member) in properties)
            if (Body(member) is { } value) body[name] = value;
        return body.Count == 0 ? null : body;
    }

    private static string Text(string value) => $"\"{value}\"";
}
