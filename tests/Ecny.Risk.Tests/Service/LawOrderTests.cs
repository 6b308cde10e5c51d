using System.Diagnostics;
using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Risk.Tests.Service;

/// <summary>Orders of law, from the request to a wallet that does not pay, on a real Wallets service.</summary>
public sealed class LawOrderTests(LawTown town)
{
    [Fact]
    public async Task a_matching_order_stops_the_wallet_within_a_second_for_48_hours()
    {
        await using var scene = await Open();
        var began = DateTimeOffset.UtcNow;
        // The first request of a process pays for compiling it.
        await scene.Police.Post("/v1/orders-of-law", scene.Order("o-0", nameToken: "somebody else"));
        var clock = Stopwatch.StartNew();
        var order = (await scene.Police.Post("/v1/orders-of-law", scene.Order("o-1"))).Expect(201);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"stopped after {clock.ElapsedMilliseconds} ms");
        Assert.Equal("EXECUTED", order["status"]);
        Assert.Equal(100_000, order.Json.GetProperty("balanceBeforeAmount").GetInt64());
        Assert.Equal(100_000, order.Json.GetProperty("balanceAfterAmount").GetInt64());
        Assert.InRange(order.Json.GetProperty("expiresAt").GetDateTimeOffset(), began.AddHours(48).AddSeconds(-1), DateTimeOffset.UtcNow.AddHours(48));
        Assert.Equal("WALLET_RECEIVE_ONLY", await scene.Pay());
        Assert.Equal("SETTLED", (await scene.Operator.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = scene.Other, toWalletId = scene.Wallet, amount = 7 })).Expect(200)["status"]);
        Assert.Equal("RECEIVE_ONLY", (await scene.Operator.Get($"/v1/wallets/{scene.Wallet}")).Expect(200)["status"]);
        Assert.Equal(order["orderNo"], (await scene.Police.Get($"/v1/orders-of-law/{order["orderNo"]}")).Expect(200)["orderNo"]);
        Assert.Equal(order["orderNo"], (await scene.Police.Get("/v1/orders-of-law?requestNo=o-1")).Expect(200)["orderNo"]);
        Assert.Equal(2, (await scene.Police.Get("/v1/orders-of-law")).Expect(200).Json.GetProperty("items").GetArrayLength());
        (await scene.Host.As(RiskHost.OtherPolice).Get($"/v1/orders-of-law/{order["orderNo"]}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task without_a_match_nothing_is_done_and_it_says_so()
    {
        await using var scene = await Open();
        foreach (var (number, wallet, token) in new[] { ("n-1", scene.Wallet, "wrong"), ("n-2", "1010000099999993", scene.NameToken), ("n-3", "../../v1/wallets", scene.NameToken), ("n-4", "x", "y") })
        {
            var order = (await scene.Police.Post("/v1/orders-of-law", scene.Order(number, wallet, token))).Expect(201);
            Assert.Equal(("REFUSED", "NO_MATCH"), (order["status"], order["reason"]));
            Assert.False(order.Has("balanceBeforeAmount"));
        }
        Assert.Equal("", await scene.Pay());
    }

    [Fact]
    public async Task a_number_is_remembered_with_its_content()
    {
        await using var scene = await Open();
        var first = (await scene.Police.Post("/v1/orders-of-law", scene.Order("r-1"))).Expect(201);
        var again = (await scene.Police.Post("/v1/orders-of-law", scene.Order("r-1"))).Expect(201);
        Assert.True(again.Replayed);
        Assert.Equal(first.Json.ToString(), again.Json.ToString());
        (await scene.Police.Post("/v1/orders-of-law", scene.Order("r-1", nameToken: "other"))).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        // Its number is the institution's own.
        Assert.NotEqual(first["orderNo"], (await scene.Host.As(RiskHost.OtherPolice).Post("/v1/orders-of-law", scene.Order("r-1"))).Expect(201)["orderNo"]);
    }

    [Fact]
    public async Task a_wallet_is_stopped_at_most_twice_for_one_case_also_when_all_come_at_once()
    {
        await using var scene = await Open();
        var orders = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => scene.Police.Post("/v1/orders-of-law", scene.Order($"t-{i}"))));
        Assert.Equal(2, orders.Count(order => order.Expect(201)["status"] == "EXECUTED"));
        Assert.All(orders.Where(order => order["status"] == "REFUSED"), order => Assert.Equal("STOPPED_TWICE", order["reason"]));
        Assert.Equal("EXECUTED", (await scene.Police.Post("/v1/orders-of-law", scene.Order("t-other", documentNo: "another case"))).Expect(201)["status"]);
    }

    [Fact]
    public async Task only_public_security_orders_and_only_with_its_own_key()
    {
        await using var scene = await Open();
        (await scene.Host.InSession(RiskHost.PublicSecurity).Post("/v1/orders-of-law", scene.Order("k-1"))).ExpectProblem(403, "OWN_KEY_REQUIRED");
        foreach (var party in (Party[])[RiskHost.Regulator, RiskHost.Platform, RiskHost.Operator, RiskHost.Service])
            (await scene.Host.As(party).Post("/v1/orders-of-law", scene.Order("k-2"))).ExpectProblem(403, "NOT_PERMITTED");
        // Nor can anybody but a service ask Wallets directly.
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/lawful-stops", new { requestNo = "k-3", nameToken = scene.NameToken, durationSeconds = 60, authority = "a", documentNo = "d" })).ExpectProblem(403, "NOT_PERMITTED");
        Assert.Equal("", await scene.Pay());
    }

    [Theory]
    [InlineData("kind", "\"FREEZE\"")]
    [InlineData("kind", "null")]
    [InlineData("walletId", "\"\"")]
    [InlineData("nameToken", "17")]
    [InlineData("amount", "0")]
    [InlineData("amount", "1.5")]
    [InlineData("amount", "\"100\"")]
    [InlineData("occurredAt", "\"yesterday\"")]
    [InlineData("authority", "\"a\\u0000b\"")]
    [InlineData("documentNo", "null")]
    [InlineData("requestNo", "\"a b\"")]
    public async Task what_is_not_an_order_is_refused_by_name(string field, string value)
    {
        await using var scene = await Open();
        var body = new Dictionary<string, string>
        {
            ["requestNo"] = "\"h-1\"", ["kind"] = "\"STOP_PAYMENT\"", ["walletId"] = $"\"{scene.Wallet}\"", ["nameToken"] = $"\"{scene.NameToken}\"", ["authority"] = "\"A-1\"", ["documentNo"] = "\"D-1\"", [field] = value,
        };
        (await scene.Police.Call(HttpMethod.Post, "/v1/orders-of-law", $"{{{string.Join(',', body.Select(member => $"\"{member.Key}\":{member.Value}"))}}}")).ExpectProblem(400, "INVALID_FIELD", field);
        Assert.Equal("", await scene.Pay());
    }

    [Fact]
    public async Task an_order_whose_answer_was_lost_is_carried_out_once_and_ends_by_itself()
    {
        var way = new FragileWay();
        await using var scene = await Open(way);
        way.LoseAnswers = 1;
        var lost = (await scene.Police.Post("/v1/orders-of-law", scene.Order("c-1"))).Expect(202);
        Assert.Equal("PROCESSING", lost["status"]);
        // It was stopped, though nobody knows: the sweeper asks again with the same number, and gets the first answer.
        Assert.Equal("WALLET_RECEIVE_ONLY", await scene.Pay());
        var found = await Eventually.Get(() => scene.Police.Get($"/v1/orders-of-law/{lost["orderNo"]}"), order => order["status"] != "PROCESSING", "an outcome");
        Assert.Equal("EXECUTED", found["status"]);
        Assert.Equal(100_000, found.Json.GetProperty("balanceBeforeAmount").GetInt64());
        way.LoseRequests = 2;
        var second = (await scene.Police.Post("/v1/orders-of-law", scene.Order("c-2"))).Expect(202);
        Assert.Equal("EXECUTED", (await Eventually.Get(() => scene.Police.Get($"/v1/orders-of-law/{second["orderNo"]}"), order => order["status"] != "PROCESSING", "an outcome"))["status"]);
        Assert.Equal("STOPPED_TWICE", (await scene.Police.Post("/v1/orders-of-law", scene.Order("c-3"))).Expect(201)["reason"]);
    }

    [Fact]
    public async Task an_order_survives_the_death_of_the_service_that_took_it()
    {
        var way = new FragileWay { LoseRequests = int.MaxValue };
        var database = await town.NewDatabase();
        string orderNo;
        await using (var dying = await Open(way, database))
        {
            orderNo = (await dying.Police.Post("/v1/orders-of-law", dying.Order("d-1"))).Expect(202)["orderNo"];
        }
        await using var next = await Open(null, database);
        Assert.Equal("EXECUTED", (await Eventually.Get(() => next.Police.Get($"/v1/orders-of-law/{orderNo}"), order => order["status"] != "PROCESSING", "an outcome"))["status"]);
    }

    [Fact]
    public async Task the_operator_cannot_lift_a_stop_and_it_ends_by_itself()
    {
        await using var scene = await Open();
        var wallets = await town.Wallets;
        var service = wallets.As(Party.Risk);
        object Stop(string number, int seconds) => new { requestNo = number, nameToken = scene.NameToken, durationSeconds = seconds, authority = "A-1", documentNo = "D-1" };
        var number = ApiClient.NewNumber();
        var stop = (await service.Post($"/v1/wallets/{scene.Wallet}/lawful-stops", Stop(number, 3))).Expect(200);
        Assert.Equal("STOPPED", stop["status"]);
        object State(string state, string? expiresAt = null) => expiresAt is null
            ? new { requestNo = ApiClient.NewNumber(), state, reason = "holder's wish" } : new { requestNo = ApiClient.NewNumber(), state, reason = "holder's wish", expiresAt };
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/state", State("NORMAL"))).ExpectProblem(409, "STATE_CONFLICT");
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/state", State("RECEIVE_ONLY"))).ExpectProblem(409, "STATE_CONFLICT");
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/state", State("FROZEN", DateTimeOffset.UtcNow.AddSeconds(0.5).ToString("O")))).ExpectProblem(409, "STATE_CONFLICT");
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/close", new { requestNo = ApiClient.NewNumber() })).ExpectProblem(409, "STATE_CONFLICT");
        Assert.True((await service.Post($"/v1/wallets/{scene.Wallet}/lawful-stops", Stop(number, 3))).Expect(200).Replayed);
        (await service.Post($"/v1/wallets/{scene.Wallet}/lawful-stops", Stop(number, 4))).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        Assert.Equal("WALLET_RECEIVE_ONLY", await scene.Pay());
        Assert.Equal("", await Eventually.Get(scene.Pay, code => code.Length == 0, "a wallet that pays again", TimeSpan.FromSeconds(20)));
        Assert.Equal("NORMAL", (await scene.Operator.Get($"/v1/wallets/{scene.Wallet}")).Expect(200)["status"]);
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/state", State("FROZEN"))).Expect(200);
        // Frozen for good already: it stays frozen, and now the operator cannot thaw it.
        Assert.Equal("STOPPED", (await service.Post($"/v1/wallets/{scene.Wallet}/lawful-stops", Stop(ApiClient.NewNumber(), 600))).Expect(200)["status"]);
        Assert.Equal("FROZEN", (await scene.Operator.Get($"/v1/wallets/{scene.Wallet}")).Expect(200)["status"]);
        (await scene.Operator.Post($"/v1/wallets/{scene.Wallet}/state", State("NORMAL"))).ExpectProblem(409, "STATE_CONFLICT");
    }

    private async Task<LawScene> Open(FragileWay? way = null, string? database = null)
    {
        var wallets = await town.Wallets;
        var host = await RiskHost.Start(database ?? await town.NewDatabase(), new MemoryJournal(), wallets.Address, way);
        var (operatorA, nameToken) = (wallets.As(Party.OperatorA), ApiClient.NewNumber());
        string wallet = (await operatorA.Post("/v1/wallets", new { requestNo = ApiClient.NewNumber(), @class = "I", personToken = ApiClient.NewNumber(), nameToken })).Expect(201)["walletId"];
        var other = await operatorA.OpenWallet();
        await operatorA.Fund(wallet, 100_000);
        await operatorA.Fund(other, 100_000);
        return new LawScene(host, operatorA, wallet, other, nameToken);
    }

    private sealed record LawScene(RiskHost Host, ApiClient Operator, string Wallet, string Other, string NameToken) : IAsyncDisposable
    {
        public ApiClient Police => Host.As(RiskHost.PublicSecurity);

        public object Order(string requestNo, string? walletId = null, string? nameToken = null, string documentNo = "case-1") =>
            new { requestNo, kind = "STOP_PAYMENT", walletId = walletId ?? Wallet, nameToken = nameToken ?? NameToken, amount = 5_000, occurredAt = "2026-01-05T12:00:00+08:00", authority = "A-310000", documentNo };

        /// <summary>Tries to pay one fen: the decline's code, or nothing.</summary>
        public async Task<string> Pay()
        {
            var answer = (await Operator.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = Wallet, toWalletId = Other, amount = 1 })).Expect(200);
            return answer.Has("declineCode") ? answer["declineCode"] : "";
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    /// <summary>Loses requests on the way to Wallets, or answers on the way back.</summary>
    private sealed class FragileWay() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int loseRequests, loseAnswers;

        public int LoseRequests { set => loseRequests = value; }
        public int LoseAnswers { set => loseAnswers = value; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref loseRequests) >= 0) throw new HttpRequestException("lost on the way there");
            var answer = await base.SendAsync(request, cancellationToken);
            if (Interlocked.Decrement(ref loseAnswers) < 0) return answer;
            answer.Dispose();
            throw new HttpRequestException("lost on the way back");
        }
    }
}
