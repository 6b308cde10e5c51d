using Ecny.Testing;
using Ecny.Wallets.Profiles;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Wallets.Tests.Api;

public sealed class WalletTests(City city)
{
    [Theory]
    [InlineData("I", "personToken"), InlineData("II", "personToken"), InlineData("III", "personToken"), InlineData("IV", "phoneToken")]
    public async Task a_personal_wallet_is_open_at_once(string walletClass, string token)
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var answer = await api.Post("/v1/wallets", new Dictionary<string, string> { ["requestNo"] = ApiClient.NewNumber(), ["class"] = walletClass, [token] = "t-1", ["district"] = "510104" });
        answer.Expect(201);
        Assert.Equal("NORMAL", answer["status"]);
        Assert.StartsWith("101", answer["walletId"], StringComparison.Ordinal);
        var read = (await api.Get($"/v1/wallets/{answer["walletId"]}")).Expect(200);
        Assert.Equal((walletClass, "NORMAL", "510104"), (read["class"], read["status"], read["district"]));
    }

    [Fact]
    public async Task an_organisation_is_verified_before_its_wallet_is_normal()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var opened = (await api.Post("/v1/wallets", new { requestNo = ApiClient.NewNumber(), @class = "CORPORATE", organisationToken = "org-1" })).Expect(201);
        Assert.Equal("PROCESSING", opened["status"]);
        await Eventually.Get(async () => (await api.Get($"/v1/wallets/{opened["walletId"]}"))["status"], s => s == "NORMAL", "NORMAL", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task an_organisation_that_fails_verification_is_rejected_and_stays_so()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var opened = (await api.Post("/v1/wallets", new { requestNo = ApiClient.NewNumber(), @class = "CORPORATE", organisationToken = WalletOpening.RejectedOrganisation })).Expect(201);
        await Eventually.Get(async () => (await api.Get($"/v1/wallets/{opened["walletId"]}"))["status"], s => s == "REJECTED", "REJECTED", TimeSpan.FromSeconds(5));
        (await api.Post($"/v1/wallets/{opened["walletId"]}/state", new { requestNo = ApiClient.NewNumber(), state = "NORMAL", reason = "try" })).ExpectProblem(409, "STATE_CONFLICT");
    }

    [Fact]
    public async Task the_same_number_opens_one_wallet()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        var number = ApiClient.NewNumber();
        var body = new { requestNo = number, @class = "II", personToken = "p-1" };
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Post("/v1/wallets", body)));
        Assert.Single(all.Select(a => a.Expect(201)["walletId"]).Distinct());
        Assert.Equal(7, all.Count(a => a.Replayed));
        (await api.Post("/v1/wallets", body with { @class = "I" })).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        Assert.Equal(all[0]["walletId"], (await api.Get($"/v1/wallets?requestNo={number}")).Expect(200)["walletId"]);
    }

    [Fact]
    public async Task numbers_of_two_operators_do_not_meet()
    {
        var host = await city.Wallets;
        var number = ApiClient.NewNumber();
        Assert.NotEqual(await host.As(Party.OperatorA).OpenWallet(number: number), await host.As(Party.OperatorB).OpenWallet(number: number));
    }

    [Fact]
    public async Task bad_openings_are_refused_by_field()
    {
        var api = (await city.Wallets).As(Party.OperatorA);
        (await api.Post("/v1/wallets", new { requestNo = "a b", @class = "II", personToken = "p" })).ExpectProblem(400, "INVALID_FIELD", "requestNo");
        (await api.Post("/v1/wallets", new { requestNo = "x", @class = "V", personToken = "p" })).ExpectProblem(400, "INVALID_FIELD", "class");
        (await api.Post("/v1/wallets", new { requestNo = "x", @class = "IV", personToken = "p" })).ExpectProblem(400, "INVALID_FIELD", "phoneToken");
        (await api.Post("/v1/wallets", new { requestNo = "x", @class = "II" })).ExpectProblem(400, "INVALID_FIELD", "personToken");
        (await api.Post("/v1/wallets", new { requestNo = "x", @class = "II", personToken = "p", name = "张三" })).ExpectProblem(400, "UNKNOWN_FIELD", "name");
    }

    [Fact]
    public async Task anothers_wallet_an_unknown_one_and_no_wallet_at_all_are_not_found()
    {
        var host = await city.Wallets;
        var theirs = await host.As(Party.OperatorB).OpenWallet();
        var api = host.As(Party.OperatorA);
        foreach (var id in new[] { theirs, Contracts.Ledger.WalletNumber.Text(Contracts.Ledger.WalletNumber.Compose(101, 999_999_999)), "1010000000000008", "x", "'; DROP TABLE wallets.profile; --" })
            foreach (var part in new[] { "", "/balance", "/limits", "/entries" })
                (await api.Get($"/v1/wallets/{Uri.EscapeDataString(id)}{part}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task wallets_are_found_by_the_tokens_of_their_operator_only_and_page_by_page()
    {
        var host = await city.Wallets;
        var (api, token) = (host.As(Party.OperatorA), ApiClient.NewNumber());
        var mine = new List<string>();
        for (var i = 0; i < 5; i++)
            mine.Add((await api.Post("/v1/wallets", new { requestNo = ApiClient.NewNumber(), @class = "III", personToken = token, nameToken = $"{token}-n" })).Expect(201)["walletId"]);
        await host.As(Party.OperatorB).Post("/v1/wallets", new { requestNo = ApiClient.NewNumber(), @class = "III", personToken = token });

        var found = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = (await api.Get($"/v1/wallets?personToken={token}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            found.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(w => w.GetProperty("walletId").GetString()!));
            if (!page.Has("nextCursor")) break;
            cursor = page["nextCursor"];
        }
        Assert.Equal(mine.Order(), found);
        Assert.Equal(5, (await api.Get($"/v1/wallets?nameToken={token}-n")).Expect(200).Json.GetProperty("items").GetArrayLength());
        (await api.Get("/v1/wallets")).ExpectProblem(400, "INVALID_FIELD", "personToken");
    }

    [Fact]
    public async Task roles_are_checked_before_anything_is_looked_up()
    {
        var host = await city.Wallets;
        (await host.As(Party.Acquirer).Get("/v1/wallets/1")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(Party.Acquirer).Post("/v1/wallets", new { })).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(Party.OperatorA).Get("/v1/journal")).ExpectProblem(403, "NOT_PERMITTED");
    }
}
