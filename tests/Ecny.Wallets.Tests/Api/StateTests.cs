using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Wallets.Tests.Api;

public sealed class StateTests(City city)
{
    [Fact]
    public async Task a_frozen_wallet_does_not_pay_until_it_is_normal_again()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(from, 500);
        var freeze = new { requestNo = ApiClient.NewNumber(), state = "FROZEN", reason = "court order 7", authority = "court-1", expiresAt = "2027-01-01T00:00:00+08:00" };
        Assert.Equal("FROZEN", (await api.Post($"/v1/wallets/{from}/state", freeze)).Expect(200)["status"]);

        var declined = (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 100 })).Expect(200);
        Assert.Equal(("DECLINED", "WALLET_FROZEN"), (declined["status"], declined["declineCode"]));

        await api.Post($"/v1/wallets/{from}/state", new { requestNo = ApiClient.NewNumber(), state = "NORMAL", reason = "lifted" });
        Assert.Equal("SETTLED", (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 100 })).Expect(200)["status"]);

        // The number of the freeze is used up: repeated, it changes nothing any more.
        var again = (await api.Post($"/v1/wallets/{from}/state", freeze)).Expect(200);
        Assert.True(again.Replayed);
        Assert.Equal("NORMAL", again["status"]);
        (await api.Post($"/v1/wallets/{from}/state", freeze with { reason = "other" })).ExpectProblem(409, "REQUEST_NO_REUSED");
    }

    [Fact]
    public async Task a_state_with_a_term_ends_by_itself()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (from, to) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(from, 500);
        var until = DateTimeOffset.UtcNow.AddSeconds(2);
        var lost = (await api.Post($"/v1/wallets/{from}/state", new { requestNo = ApiClient.NewNumber(), state = "RECEIVE_ONLY", reason = "asked by phone" })).Expect(200);
        Assert.False(lost.Has("statusExpiresAt"));
        var freeze = new { requestNo = ApiClient.NewNumber(), state = "FROZEN", reason = "court order 8", expiresAt = until };
        var frozen = (await api.Post($"/v1/wallets/{from}/state", freeze)).Expect(200);
        Assert.Equal(("FROZEN", until.ToUnixTimeMilliseconds()), (frozen["status"], frozen.Json.GetProperty("statusExpiresAt").GetDateTimeOffset().ToUnixTimeMilliseconds()));
        Assert.Equal("WALLET_FROZEN", await Transfer());

        // What was for good before is in force again, and from the very moment on.
        await Eventually.True(async () => (await api.Get($"/v1/wallets/{from}")).Expect(200)["status"] == "RECEIVE_ONLY", "the freeze to end", TimeSpan.FromSeconds(10));
        Assert.Equal("WALLET_RECEIVE_ONLY", await Transfer());
        Assert.True((await api.Post($"/v1/wallets/{from}/state", freeze)).Expect(200).Replayed);
        await api.Post($"/v1/wallets/{from}/state", new { requestNo = ApiClient.NewNumber(), state = "NORMAL", reason = "found" });
        Assert.Equal("SETTLED", await Transfer());

        (await api.Post($"/v1/wallets/{from}/state", freeze with { requestNo = ApiClient.NewNumber() })).ExpectProblem(400, "INVALID_FIELD", "expiresAt");
        (await api.Post($"/v1/wallets/{from}/state", new { requestNo = ApiClient.NewNumber(), state = "NORMAL", reason = "r", expiresAt = "2099-01-01T00:00:00+08:00" })).ExpectProblem(400, "INVALID_FIELD", "expiresAt");

        async Task<string> Transfer()
        {
            var answer = (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 1 })).Expect(200);
            return answer.Has("declineCode") ? answer["declineCode"] : answer["status"];
        }
    }

    [Fact]
    public async Task states_take_only_known_words_and_own_wallets()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var wallet = await api.OpenWallet();
        (await api.Post($"/v1/wallets/{wallet}/state", new { requestNo = "s-1", state = "CLOSED", reason = "r" })).ExpectProblem(400, "INVALID_FIELD", "state");
        (await host.As(Party.OperatorB).Post($"/v1/wallets/{wallet}/state", new { requestNo = "s-1", state = "FROZEN", reason = "r" })).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task only_an_empty_wallet_is_closed_and_for_good()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var (wallet, other) = (await api.OpenWallet(), await api.OpenWallet());
        await api.Fund(wallet, 30);
        (await api.Post($"/v1/wallets/{wallet}/close", new { requestNo = ApiClient.NewNumber() })).ExpectProblem(409, "STATE_CONFLICT");
        await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = wallet, toWalletId = other, amount = 30 });

        var number = ApiClient.NewNumber();
        Assert.Equal("CLOSED", (await api.Post($"/v1/wallets/{wallet}/close", new { requestNo = number })).Expect(200)["status"]);
        Assert.True((await api.Post($"/v1/wallets/{wallet}/close", new { requestNo = number })).Expect(200).Replayed);
        (await api.Post($"/v1/wallets/{wallet}/state", new { requestNo = ApiClient.NewNumber(), state = "NORMAL", reason = "back" })).ExpectProblem(409, "STATE_CONFLICT");
        var declined = (await api.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = other, toWalletId = wallet, amount = 1 })).Expect(200);
        Assert.Equal("DECLINED", declined["status"]);
    }
}
