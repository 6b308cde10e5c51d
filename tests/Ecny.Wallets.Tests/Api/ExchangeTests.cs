using Ecny.Testing;
using Ecny.Wallets.Exchanges;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Wallets.Tests.Api;

public sealed class ExchangeTests(City city)
{
    [Fact]
    public async Task in_and_out_settle_at_once_and_once()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var wallet = await api.OpenWallet();
        var put = Body(wallet, "IN", 1_000, "bank-card-1");
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => api.Post("/v1/exchanges", put)));
        Assert.All(all, answer => Assert.Equal("SETTLED", answer.Expect(200)["status"]));
        Assert.Equal(5, all.Count(answer => answer.Replayed));
        Assert.Equal(1_000, await api.Balance(wallet));

        var take = Body(wallet, "OUT", 400, "bank-card-1");
        var taken = (await api.Post("/v1/exchanges", take)).Expect(200);
        Assert.Equal("SETTLED", taken["status"]);
        Assert.Equal(600, await api.Balance(wallet));
        (await api.Post("/v1/exchanges", take with { amount = 401 })).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        Assert.Equal(taken["seq"], (await api.Get($"/v1/exchanges/{taken["exchangeNo"]}")).Expect(200)["seq"]);
        Assert.Equal(taken["exchangeNo"], (await api.Get($"/v1/exchanges?requestNo={take.requestNo}")).Expect(200)["exchangeNo"]);
    }

    [Fact]
    public async Task declines_of_the_ledger_are_final()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var wallet = await api.OpenWallet("IV");
        var over = (await api.Post("/v1/exchanges", Body(wallet, "IN", 1_000_001, "bank"))).Expect(200);
        Assert.Equal(("DECLINED", "BALANCE_CAP"), (over["status"], over["declineCode"]));
        var empty = (await api.Post("/v1/exchanges", Body(wallet, "OUT", 1, "bank"))).Expect(200);
        Assert.Equal("INSUFFICIENT_FUNDS", empty["declineCode"]);
        var emptyHeld = (await api.Post("/v1/exchanges", Body(wallet, "OUT", 1, SimulatedBank.Declines))).Expect(200);
        Assert.Equal("INSUFFICIENT_FUNDS", emptyHeld["declineCode"]);
        Assert.Equal("DECLINED", (await api.Get($"/v1/exchanges/{emptyHeld["exchangeNo"]}")).Expect(200)["status"]);
        foreach (var declined in new[] { over, empty, emptyHeld })
        {
            var receipt = await Eventually.Get(() => api.Get($"/v1/receipts/{declined["exchangeNo"]}"), answer => answer.Status == 200, "the receipt", TimeSpan.FromSeconds(10));
            Assert.Equal(declined["seq"], receipt.Json.GetProperty("entry").GetProperty("seq").ToString());
        }
    }

    [Fact]
    public async Task a_bank_that_declines_leaves_the_wallet_as_it_was()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var wallet = await api.OpenWallet();
        await api.Fund(wallet, 100);
        var put = Body(wallet, "IN", 10, SimulatedBank.Declines);
        var putAnswer = (await api.Post("/v1/exchanges", put)).Expect(200);
        Assert.Equal(("DECLINED", "INSUFFICIENT_FUNDS"), (putAnswer["status"], putAnswer["declineCode"]));
        var takeAnswer = (await api.Post("/v1/exchanges", Body(wallet, "OUT", 10, SimulatedBank.Declines))).Expect(200);
        Assert.Equal(("DECLINED", "PAYEE_NOT_ACCEPTING"), (takeAnswer["status"], takeAnswer["declineCode"]));
        Assert.True((await api.Post("/v1/exchanges", put)).Expect(200).Replayed);
        var balance = (await api.Get($"/v1/wallets/{wallet}/balance")).Expect(200);
        Assert.Equal(("100", "0"), (balance["availableAmount"], balance["heldAmount"]));
    }

    [Fact]
    public async Task a_bank_that_takes_its_time_makes_it_processing_until_it_is_settled()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        // All at once: each takes as long as the bank does.
        await Task.WhenAll(TakesItsTime(api, "IN", SimulatedBank.Slow, 150), TakesItsTime(api, "OUT", SimulatedBank.Slow, 50),
            TakesItsTime(api, "IN", SimulatedBank.TimesOut, 150), TakesItsTime(api, "OUT", SimulatedBank.TimesOut, 50));
    }

    private static async Task TakesItsTime(ApiClient api, string direction, string token, long balance)
    {
        var wallet = await api.OpenWallet();
        await api.Fund(wallet, 100);
        var body = Body(wallet, direction, 50, token);
        var first = (await api.Post("/v1/exchanges", body)).Expect(202);
        Assert.Equal("PROCESSING", first["status"]);
        Assert.Equal($"/v1/exchanges/{first["exchangeNo"]}", first.Location);
        await Eventually.Get(async () => (await api.Get(first.Location!))["status"], s => s == "SETTLED", "SETTLED", TimeSpan.FromSeconds(30));
        Assert.Equal(balance, await api.Balance(wallet));
        Assert.True((await api.Post("/v1/exchanges", body)).Expect(200).Replayed);
    }

    [Fact]
    public async Task what_it_names_must_exist_and_be_the_callers()
    {
        var host = await city.Wallets;
        var (api, theirs) = (host.As(Party.OperatorA), await host.As(Party.OperatorB).OpenWallet());
        var unknown = Contracts.Ledger.WalletNumber.Text(Contracts.Ledger.WalletNumber.Compose(101, 777_777_777));
        var account = Contracts.Ledger.WalletNumber.Text(Contracts.Ledger.WalletNumber.Compose(101, 0));
        foreach (var id in new[] { theirs, unknown, account, "x" })
            (await api.Post("/v1/exchanges", Body(id, "IN", 1, "bank"))).ExpectProblem(422, "WALLET_UNKNOWN", "walletId");
        var mine = await api.OpenWallet();
        (await api.Post("/v1/exchanges", Body(mine, "UP", 1, "bank"))).ExpectProblem(400, "INVALID_FIELD", "direction");
        (await api.Get("/v1/exchanges?requestNo=never")).ExpectProblem(404, "NOT_FOUND");
        var number = ApiClient.NewNumber();
        await host.As(Party.OperatorB).Post("/v1/exchanges", new { requestNo = number, walletId = theirs, direction = "IN", amount = 1, bankAccountToken = "b" });
        (await api.Get($"/v1/exchanges?requestNo={number}")).ExpectProblem(404, "NOT_FOUND");
    }

    private sealed record ExchangeBody(string requestNo, string walletId, string direction, long amount, string bankAccountToken);

    private static ExchangeBody Body(string wallet, string direction, long amount, string token) => new(ApiClient.NewNumber(), wallet, direction, amount, token);
}
