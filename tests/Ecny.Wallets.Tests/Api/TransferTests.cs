using Ecny.Contracts.Ledger;
using Ecny.Testing;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Tests.Hosting;
using Ecny.Wallets.Transfers;

namespace Ecny.Wallets.Tests.Api;

public sealed class TransferTests(City city)
{
    [Fact]
    public async Task money_moves_once_however_often_it_is_asked()
    {
        var host = await city.Wallets;
        var (a, b) = (host.As(Party.OperatorA), host.As(Party.OperatorB));
        var (from, to) = (await a.OpenWallet(), await b.OpenWallet());
        await a.Fund(from, 1_000);
        var body = new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 300, scenario = "S03", remark = "房租 <b>'; --" };

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => a.Post("/v1/transfers", body)));
        Assert.All(all, answer => Assert.Equal("SETTLED", answer.Expect(200)["status"]));
        Assert.Equal(9, all.Count(answer => answer.Replayed));
        Assert.Single(all.Select(answer => answer["seq"]).Distinct());
        Assert.Equal((700, 300), (await a.Balance(from), await b.Balance(to)));
        (await a.Post("/v1/transfers", body with { amount = 301 })).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");

        var byId = (await a.Get($"/v1/transfers/{all[0]["transferNo"]}")).Expect(200);
        var byNumber = (await a.Get($"/v1/transfers?requestNo={body.requestNo}")).Expect(200);
        Assert.Equal(byId.Json.ToString(), byNumber.Json.ToString());
        Assert.Equal((from, to, "300", "SETTLED"), (byId["fromWalletId"], byId["toWalletId"], byId["amount"], byId["status"]));
        (await b.Get($"/v1/transfers/{all[0]["transferNo"]}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData(15, "SETTLED", 1)]
    [InlineData(-1, "DECLINED", 0)]
    public async Task one_answered_202_is_decided_by_whoever_is_there(int secondsLeft, string status, long moved)
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(from, 100);
        var number = ApiClient.NewNumber();
        Assert.True(WalletNumber.TryParse(from, out var payer) & WalletNumber.TryParse(to, out var payee));
        var command = new TransferCommand
        {
            Id = TransferId.Of(Party.OperatorA.Id, NumberKind.Transfer, number), Institution = Party.OperatorA.Id, Number = number, Fingerprint = 1,
            NotAfterMicros = Clock.Micros(DateTimeOffset.UtcNow.AddSeconds(secondsLeft)), From = payer, To = payee, Amount = 1,
        };
        await host.Get<OpenTransferStore>().Keep(command);

        // Its service died right after that: it is never "not found".
        var last = await Eventually.Get(async () =>
        {
            var answer = await api.Get($"/v1/transfers?requestNo={number}");
            Assert.Contains(answer.Status, new[] { 200, 202 });
            return answer;
        }, answer => answer.Status == 200, "the transfer to be decided", TimeSpan.FromSeconds(20));
        Assert.Equal((status, from, to), (last["status"], last["fromWalletId"], last["toWalletId"]));
        Assert.Equal((100 - moved, moved), (await api.Balance(from), await api.Balance(to)));
        await Eventually.True(async () => await host.Get<OpenTransferStore>().Find(command.Id, TestContext.Current.CancellationToken) is null, "the transfer to be forgotten as open");
    }

    [Fact]
    public async Task a_decline_is_an_answer_and_stays_one()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        var body = new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 5 };
        var first = (await api.Post("/v1/transfers", body)).Expect(200);
        Assert.Equal(("DECLINED", "INSUFFICIENT_FUNDS"), (first["status"], first["declineCode"]));
        await api.Fund(from, 100);
        var again = (await api.Post("/v1/transfers", body)).Expect(200);
        Assert.Equal(("DECLINED", first["seq"], true), (again["status"], again["seq"], again.Replayed));
        Assert.Equal("DECLINED", (await api.Get($"/v1/transfers?requestNo={body.requestNo}")).Expect(200)["status"]);
    }

    [Fact]
    public async Task what_it_names_must_exist_and_be_the_callers()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var (mine, theirs) = (await api.OpenWallet(), await host.As(Party.OperatorB).OpenWallet());
        var unknown = Contracts.Ledger.WalletNumber.Text(Contracts.Ledger.WalletNumber.Compose(101, 888_888_888));
        object Body(string from, string to, object amount) => new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount };
        (await api.Post("/v1/transfers", Body(theirs, mine, 1))).ExpectProblem(422, "PAYER_UNKNOWN", "fromWalletId");
        (await api.Post("/v1/transfers", Body(unknown, mine, 1))).ExpectProblem(422, "PAYER_UNKNOWN", "fromWalletId");
        (await api.Post("/v1/transfers", Body(mine, unknown, 1))).ExpectProblem(422, "WALLET_UNKNOWN", "toWalletId");
        (await api.Post("/v1/transfers", Body(mine, "1234", 1))).ExpectProblem(422, "WALLET_UNKNOWN", "toWalletId");
        (await api.Post("/v1/transfers", Body(mine, mine, 1))).ExpectProblem(400, "INVALID_FIELD", "toWalletId");
        foreach (object amount in new object[] { 0, -1, 1.5, "1", 1_000_000_000_000_001 })
            (await api.Post("/v1/transfers", Body(mine, theirs, amount))).ExpectProblem(400, "INVALID_FIELD", "amount");
        (await api.Get("/v1/transfers?requestNo=never")).ExpectProblem(404, "NOT_FOUND");
        (await api.Get($"/v1/transfers/{Guid.NewGuid():N}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task limits_count_what_was_paid_and_are_shown()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet("IV"), await api.OpenWallet());
        await api.Fund(from, 1_000_000);
        var over = (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 200_001 })).Expect(200);
        Assert.Equal("LIMIT_PER_PAYMENT", over["declineCode"]);
        await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 150_000 });
        var limits = (await api.Get($"/v1/wallets/{from}/limits")).Expect(200);
        Assert.Equal(("IV", "1000000", "200000", "500000", "5000000"),
            (limits["class"], limits["balanceCapAmount"], limits["perPaymentAmount"], limits["perDayAmount"], limits["perYearAmount"]));
        Assert.Equal(("150000", "150000"), (limits["usedTodayAmount"], limits["usedThisYearAmount"]));
        Assert.False((await api.Get($"/v1/wallets/{to}/limits")).Expect(200).Has("perDayAmount"));
    }

    [Fact]
    public async Task entries_tell_the_balance_page_by_page()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(from, 100);
        for (var i = 1; i <= 5; i++) await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = i });
        var (seen, cursor) = (new List<(string Kind, string Side, long Amount, long Balance)>(), "");
        do
        {
            var page = (await api.Get($"/v1/wallets/{from}/entries?limit=2{cursor}")).Expect(200);
            foreach (var e in page.Json.GetProperty("items").EnumerateArray())
                seen.Add((e.GetProperty("kind").GetString()!, e.GetProperty("side").GetString()!, e.GetProperty("amount").GetInt64(), e.GetProperty("balanceAmount").GetInt64()));
            cursor = page.Has("nextCursor") ? $"&cursor={page["nextCursor"]}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(
            [("TRANSFER", "DEBIT", 5L, 85L), ("TRANSFER", "DEBIT", 4L, 90L), ("TRANSFER", "DEBIT", 3L, 94L), ("TRANSFER", "DEBIT", 2L, 97L), ("TRANSFER", "DEBIT", 1L, 99L),
                ("EXCHANGE_IN", "CREDIT", 100L, 100L), ("WALLET_OPEN", "CREDIT", 0L, 0L)], seen);
    }
}
