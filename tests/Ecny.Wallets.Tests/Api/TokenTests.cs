using Ecny.Contracts.Ledger;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Wallets.Tests.Api;

public sealed class TokenTests(City city)
{
    [Fact]
    public async Task a_token_pays_its_merchant_until_it_is_revoked()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var (payer, payee, number) = (await api.OpenWallet(), await api.OpenWallet(), ApiClient.NewNumber());
        await api.Fund(payer, 1_000);
        var path = $"/v1/wallets/{payer}/tokens";
        var first = (await api.Post(path, new { requestNo = number, merchantNo = "M1", perPaymentAmount = 100 })).Expect(201);
        var again = (await api.Post(path, new { requestNo = number, merchantNo = "M1", perPaymentAmount = 100 })).Expect(201);
        Assert.Equal((first["token"], false, true), (again["token"], first.Replayed, again.Replayed));
        (await api.Post(path, new { requestNo = number, merchantNo = "M2" })).ExpectProblem(409, "REQUEST_NO_REUSED");
        Assert.NotEqual(first["token"], (await api.Post(path, new { requestNo = ApiClient.NewNumber(), merchantNo = "M1" })).Expect(201)["token"]);

        Assert.Equal((OutcomeStatus.Settled, DeclineCode.None), await Pay(host, first["token"], payee, "M1", 100));
        Assert.Equal((OutcomeStatus.Declined, DeclineCode.LIMIT_PER_PAYMENT), await Pay(host, first["token"], payee, "M1", 101));

        var revoke = $"{path}/{first["token"]}/revoke";
        (await host.As(Party.OperatorB).Post(revoke, new { requestNo = "r" })).ExpectProblem(404, "NOT_FOUND");
        Assert.Equal("REVOKED", (await api.Post(revoke, new { requestNo = ApiClient.NewNumber() })).Expect(200)["status"]);
        Assert.NotEqual(OutcomeStatus.Settled, (await Pay(host, first["token"], payee, "M1", 1)).Status);
        (await api.Post($"{path}/{Guid.NewGuid():N}/revoke", new { requestNo = ApiClient.NewNumber() })).ExpectProblem(404, "NOT_FOUND");
        (await api.Post($"{path}/x/revoke", new { requestNo = ApiClient.NewNumber() })).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task tokens_are_for_wallets_that_exist()
    {
        var host = await city.Wallets;
        var unknown = WalletNumber.Text(WalletNumber.Compose(101, 555_555_555));
        (await host.As(Party.OperatorA).Post($"/v1/wallets/{unknown}/tokens", new { requestNo = ApiClient.NewNumber(), merchantNo = "M" })).ExpectProblem(404, "NOT_FOUND");
        (await host.As(Party.OperatorA).Post($"/v1/wallets/{unknown}/tokens", new { requestNo = ApiClient.NewNumber(), merchantNo = "M", perDayAmount = 0 }))
            .ExpectProblem(400, "INVALID_FIELD", "perDayAmount");
    }

    private static async Task<(OutcomeStatus Status, DeclineCode Code)> Pay(WalletsHost host, string token, string payee, string merchant, long amount)
    {
        var number = ApiClient.NewNumber();
        Assert.True(WalletNumber.TryParse(payee, out var to));
        var outcome = await host.Get<LedgerClient>().Decide(new PaymentCommand
        {
            Id = TransferId.Of("acquirer", NumberKind.Payment, number), Institution = "acquirer", Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue,
            Token = Guid.ParseExact(token, "N"), Payee = to, Amount = amount, MerchantNo = merchant,
        });
        return (outcome.Status, outcome.Code);
    }
}
