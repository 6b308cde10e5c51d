using System.Text.Json.Nodes;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>One thing of each kind that an endpoint asks for, so that a request is wrong only where a test makes it wrong.</summary>
internal sealed class RealThings
{
    private const string Marker = "@hostile@";

    private readonly SharedCity _city;
    private readonly Dictionary<string, string> _values;
    private readonly Dictionary<string, CityCaller> _callers = [];

    private RealThings(SharedCity city, Dictionary<string, string> values) => (_city, _values) = (city, values);

    public static async Task<RealThings> Create(SharedCity city)
    {
        var payer = await Payer.Create(city, 10_000_000);
        var merchant = city.Sandbox.Merchants[0];
        var other = city.Sandbox.Wallets.First(wallet => wallet.Operator == SandboxInstitution.OperatorB).WalletId;
        var payment = await payer.Pay(5_000_000);
        var refund = await payer.Acquirer.Post(ServiceKind.Acquiring, "/v1/refunds", new { refundNo = Payer.Number(), paymentNo = payment["paymentNo"], amount = 1 });
        var order = await payer.Acquirer.Post(ServiceKind.Acquiring, "/v1/orders", new { merchantNo = merchant.MerchantNo, merchantOrderNo = Payer.Number(), amount = 1, subject = "x" });
        var code = await payer.Acquirer.Post(ServiceKind.Acquiring, "/v1/codes/static", new { requestNo = Payer.Number(), merchantNo = merchant.MerchantNo });
        var transfer = await payer.Operator.Post(ServiceKind.Wallets, "/v1/transfers", new { requestNo = Payer.Number(), fromWalletId = payer.WalletId, toWalletId = other, amount = 1 });
        var exchange = await payer.Operator.Post(ServiceKind.Wallets, "/v1/exchanges", new { requestNo = Payer.Number(), walletId = payer.WalletId, direction = "OUT", amount = 1, bankAccountToken = "b" });
        return new RealThings(city, new()
        {
            ["merchantNo"] = merchant.MerchantNo, ["storeNo"] = merchant.StoreNo, ["terminalNo"] = merchant.TerminalNo, ["walletId"] = payer.WalletId, ["fromWalletId"] = payer.WalletId,
            ["toWalletId"] = other, ["token"] = payer.Token, ["paymentNo"] = payment["paymentNo"], ["refundId"] = refund["refundId"], ["orderNo"] = order["orderNo"], ["codeNo"] = code["codeNo"],
            ["content"] = code["codeContent"], ["transferNo"] = transfer["transferNo"], ["transferId"] = transfer["transferNo"], ["exchangeNo"] = exchange["exchangeNo"],
            ["id"] = "sandbox-regulator", ["keyId"] = "no-such-key", ["first"] = "1", ["second"] = "2", ["expiresAt"] = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    /// <summary>The first role that the document names for the endpoint.</summary>
    public CityCaller Caller(ApiOperation operation)
    {
        var name = (operation.Roles.Count == 0 ? "" : operation.Roles[0]) switch
        {
            "OPERATOR" => SandboxInstitution.OperatorA,
            "REGULATOR" => "sandbox-regulator",
            "SERVICE" => "service-clearing",
            "PLATFORM" => "platform",
            _ => SandboxInstitution.Acquirer,
        };
        return _callers.TryGetValue(name, out var known) ? known : _callers[name] = _city.As(name);
    }

    /// <param name="hostile">The parameter that gets <paramref name="text"/> instead of a real thing.</param>
    public string Path(ApiOperation operation, string? hostile, string? text)
    {
        var path = operation.Path;
        foreach (var name in operation.PathParameters) path = path.Replace($"{{{name}}}", name == hostile ? text : Uri.EscapeDataString(_values[name]), StringComparison.Ordinal);
        var query = operation.QueryParameters.Where(q => q.Required || q.Name == hostile || IsAsked(operation, q.Name, hostile))
            .Select(q => $"{q.Name}={(q.Name == hostile ? text : Uri.EscapeDataString(_values.GetValueOrDefault(q.Name, "x")))}").ToList();
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <param name="hostile">The field that gets <paramref name="json"/>.</param>
    public string Body(ApiOperation operation, string? hostile, string? json)
    {
        if (!operation.TakesBody) return "";
        var body = operation.Body?.DeepClone().AsObject() ?? [];
        Fill(operation, body);
        if (hostile is null) return body.ToJsonString();
        Put(body, hostile.Replace("[0]", ".0", StringComparison.Ordinal).Split('.'));
        return body.ToJsonString().Replace($"\"{Marker}\"", json, StringComparison.Ordinal);
    }

    /// <summary>Lists need to be told of what: merchants' outlets of a merchant, wallets of one token.</summary>
    private static bool IsAsked(ApiOperation operation, string name, string? hostile) => (operation.Path, name) switch
    {
        ("/v1/stores" or "/v1/terminals", "merchantNo") => true,
        ("/v1/wallets", "personToken") => hostile is "limit" or "cursor" or null,
        _ => false,
    };

    private void Fill(ApiOperation operation, JsonObject body)
    {
        foreach (var (name, value) in body.ToList())
        {
            if (value is JsonObject inner) Fill(operation, inner);
            else if (value is JsonArray list) foreach (var item in list.OfType<JsonObject>()) Fill(operation, item);
            else if (IsNew(operation, name)) body[name] = Payer.Number();
            else if (_values.TryGetValue(name, out var real)) body[name] = real;
        }
    }

    /// <summary>Numbers that the caller chooses, and the name of the thing that the endpoint makes.</summary>
    private static bool IsNew(ApiOperation operation, string name) => (operation.Path, name) is
        (_, "requestNo" or "originalRequestNo" or "merchantOrderNo" or "refundNo" or "keyId" or "id")
        or ("/v1/merchants", "merchantNo") or ("/v1/stores", "storeNo") or ("/v1/terminals", "terminalNo");

    private static void Put(JsonNode at, ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            if (at is JsonArray list) list[int.Parse(path[0], System.Globalization.CultureInfo.InvariantCulture)] = Marker;
            else at[path[0]] = Marker;
            return;
        }
        Put(at is JsonArray array ? array[int.Parse(path[0], System.Globalization.CultureInfo.InvariantCulture)]! : at[path[0]]!, path[1..]);
    }
}
