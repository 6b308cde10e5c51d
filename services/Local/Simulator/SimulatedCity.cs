using System.Globalization;
using System.Text.Json.Nodes;
using Ecny.Contracts.Ledger;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Simulator;

/// <summary>Someone who pays.</summary>
public sealed record Resident(string WalletId, CityApi Operator, WalletClass Class);

/// <summary>The simulated city: its institutions, merchants and residents, and the verbs that its days are made of.</summary>
public sealed class SimulatedCity : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _run;
    private readonly Dictionary<(string, string), Task<string>> _tokens = [];
    private readonly Lock _lock = new();
    private long _numbers;

    public SimulatedCity(SandboxFile sandbox, string run, int connections)
    {
        Sandbox = sandbox;
        _run = run;
        _http = CityApi.CreateHttp(connections);
        Acquirer = new CityApi(_http, sandbox, "sandbox-acquirer", History);
        Operators = [new CityApi(_http, sandbox, "sandbox-operator-a", History), new CityApi(_http, sandbox, "sandbox-operator-b", History)];
    }

    public SandboxFile Sandbox { get; }
    public ClientHistory History { get; } = new();
    public CityApi Acquirer { get; }
    public IReadOnlyList<CityApi> Operators { get; }
    public List<Resident> Residents { get; } = [];

    /// <summary>A number never used before: numbers are remembered for ever, so every run has its own.</summary>
    public string Number(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{_run}-{Interlocked.Increment(ref _numbers)}");

    public CityApi OperatorOf(string institution) => Operators.First(api => api.Institution == institution);

    public SandboxMerchant Merchant(string scenario, Random random)
    {
        var merchants = Sandbox.Merchants.Where(merchant => merchant.Scenario == scenario).ToList();
        return merchants.Count > 0 ? merchants[random.Next(merchants.Count)] : throw new LocalException($"sandbox.json has no merchant for {scenario}: run `./ecny up` again.");
    }

    /// <summary>Opens a wallet and puts money in.</summary>
    public async Task<Resident> Settle(CityApi at, WalletClass walletClass, long amount, CancellationToken stop)
    {
        var number = Number("w");
        var body = new JsonObject { ["requestNo"] = number, ["class"] = walletClass.ToString(), ["district"] = "D" + (1 + _numbers % 6) };
        body[walletClass == WalletClass.IV ? "phoneToken" : "personToken"] = "person-" + number;
        var opened = await at.Create("wallets", "/v1/wallets", body, stop);
        var resident = new Resident(opened.GetProperty("walletId").GetString()!, at, walletClass);
        if (amount > 0) await Exchange(resident.WalletId, at, "IN", amount, stop);
        return resident;
    }

    public Task<Answer> Exchange(string wallet, CityApi at, string direction, long amount, CancellationToken stop, string bank = "bank-account-1")
    {
        var number = Number("x");
        return at.Money("wallets", NumberKind.Exchange, number, amount, "/v1/exchanges",
            new JsonObject { ["requestNo"] = number, ["walletId"] = wallet, ["direction"] = direction, ["amount"] = amount, ["bankAccountToken"] = bank }, stop);
    }

    public Task<Answer> Transfer(string from, CityApi at, string to, long amount, string scenario, CancellationToken stop)
    {
        var number = Number("t");
        return at.Money("wallets", NumberKind.Transfer, number, amount, "/v1/transfers",
            new JsonObject { ["requestNo"] = number, ["fromWalletId"] = from, ["toWalletId"] = to, ["amount"] = amount, ["scenario"] = scenario }, stop);
    }

    public async Task<string> PayCode(Resident payer, long? most, CancellationToken stop)
    {
        var body = new JsonObject { ["requestNo"] = Number("c") };
        if (most is not null) body["maxAmount"] = most;
        return (await payer.Operator.Create("wallets", $"/v1/wallets/{payer.WalletId}/pay-codes", body, stop)).GetProperty("payCode").GetString()!;
    }

    /// <summary>One token per wallet and merchant, made at the first payment.</summary>
    public Task<string> Token(Resident payer, SandboxMerchant merchant, CancellationToken stop)
    {
        lock (_lock)
        {
            if (!_tokens.TryGetValue((payer.WalletId, merchant.MerchantNo), out var token))
                _tokens[(payer.WalletId, merchant.MerchantNo)] = token = NewToken(payer, merchant, null, stop);
            return token;
        }
    }

    public async Task<string> NewToken(Resident payer, SandboxMerchant merchant, long? perPayment, CancellationToken stop)
    {
        var body = new JsonObject { ["requestNo"] = Number("k"), ["merchantNo"] = merchant.MerchantNo };
        if (perPayment is not null) body["perPaymentAmount"] = perPayment;
        return (await payer.Operator.Create("wallets", $"/v1/wallets/{payer.WalletId}/tokens", body, stop)).GetProperty("token").GetString()!;
    }

    /// <summary>被扫 with a pay code, or a pushed sub-wallet's token.</summary>
    public Task<Answer> Pay(SandboxMerchant merchant, string method, string payer, long amount, CancellationToken stop, string? orderNo = null, string? requestNo = null)
    {
        var number = requestNo ?? Number("p");
        var body = new JsonObject
        {
            ["requestNo"] = number, ["merchantNo"] = merchant.MerchantNo, ["storeNo"] = merchant.StoreNo, ["terminalNo"] = merchant.TerminalNo, ["amount"] = amount,
            ["method"] = method, ["payer"] = new JsonObject { [method == "TOKEN" ? "token" : "payCode"] = payer }, ["scenario"] = merchant.Scenario, ["channel"] = "POS",
        };
        if (orderNo is not null) body["merchantOrderNo"] = orderNo;
        return Acquirer.Money("acquiring", NumberKind.Payment, number, amount, "/v1/payments", body, stop);
    }

    /// <summary>主扫: the payer scanned a code.</summary>
    public Task<Answer> Scan(Resident payer, string codeContent, long amount, CancellationToken stop)
    {
        var number = Number("p");
        return payer.Operator.Money("acquiring", NumberKind.Payment, number, amount, "/v1/payments", new JsonObject
        {
            ["requestNo"] = number, ["codeContent"] = codeContent, ["amount"] = amount, ["method"] = "STATIC_CODE", ["payer"] = new JsonObject { ["walletId"] = payer.WalletId },
        }, stop);
    }

    public async Task<string> StaticCode(SandboxMerchant merchant, CancellationToken stop) =>
        (await Acquirer.Create("acquiring", "/v1/codes/static", new JsonObject { ["requestNo"] = Number("s"), ["merchantNo"] = merchant.MerchantNo, ["storeNo"] = merchant.StoreNo }, stop))
        .GetProperty("codeContent").GetString()!;

    /// <summary>An order: its number here and there.</summary>
    public async Task<(string OrderNo, string MerchantOrderNo)> Order(SandboxMerchant merchant, long amount, string subject, CancellationToken stop)
    {
        var number = Number("o");
        var order = await Acquirer.Create("acquiring", "/v1/orders", new JsonObject
        {
            ["merchantNo"] = merchant.MerchantNo, ["merchantOrderNo"] = number, ["amount"] = amount, ["subject"] = subject, ["scenario"] = merchant.Scenario,
        }, stop);
        return (order.GetProperty("orderNo").GetString()!, number);
    }

    public Task<Answer> PayOrder(Resident payer, string orderNo, long amount, CancellationToken stop)
    {
        var number = Number("p");
        return payer.Operator.Money("acquiring", NumberKind.Payment, number, amount, $"/v1/orders/{orderNo}/pay",
            new JsonObject { ["requestNo"] = number, ["walletId"] = payer.WalletId }, stop);
    }

    public Task CloseOrder(string orderNo, CancellationToken stop) => Acquirer.Create("acquiring", $"/v1/orders/{orderNo}/close", [], stop);

    public Task<Answer> Refund(string paymentNo, long amount, CancellationToken stop)
    {
        var number = Number("r");
        return Acquirer.Money("acquiring", NumberKind.Refund, number, amount, "/v1/refunds",
            new JsonObject { ["refundNo"] = number, ["paymentNo"] = paymentNo, ["amount"] = amount, ["reason"] = "returned" }, stop);
    }

    public Task<Answer> Cancel(string originalRequestNo, CancellationToken stop)
    {
        var number = Number("v");
        return Acquirer.Money("acquiring", NumberKind.Cancel, number, null, "/v1/payments/cancel",
            new JsonObject { ["requestNo"] = number, ["originalRequestNo"] = originalRequestNo }, stop);
    }

    public Task SetState(Resident resident, string state, CancellationToken stop) => resident.Operator.Create("wallets", $"/v1/wallets/{resident.WalletId}/state",
        new JsonObject { ["requestNo"] = Number("z"), ["state"] = state, ["reason"] = "drill" }, stop);

    public Task Close(Resident resident, CancellationToken stop) =>
        resident.Operator.Create("wallets", $"/v1/wallets/{resident.WalletId}/close", new JsonObject { ["requestNo"] = Number("z") }, stop);

    public void Dispose()
    {
        Acquirer.Dispose();
        foreach (var api in Operators) api.Dispose();
        _http.Dispose();
    }
}
