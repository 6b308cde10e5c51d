using Ecny.Ledger.Receipts;
using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;

namespace Ecny.Wallets.Tests.Api;

public sealed class JournalTests(City city)
{
    [Fact]
    public async Task pages_join_without_gaps_up_to_the_head()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        await api.Fund(await api.OpenWallet(), 77);
        var reader = host.As(Party.Clearing);
        var head = (await reader.Get("/v1/journal/heads")).Expect(200).Json[0];
        var target = head.GetProperty("seq").GetInt64();
        Assert.True(head.GetProperty("epoch").GetInt64() > 0);
        var (after, seen) = (0L, 0L);
        while (after < target)
        {
            var page = (await reader.Get($"/v1/journal?shard=0&after={after}&limit=7")).Expect(200);
            foreach (var entry in page.Json.GetProperty("items").EnumerateArray()) Assert.Equal(++seen, entry.GetProperty("seq").GetInt64());
            after = page.Json.GetProperty("lastSequence").GetInt64();
            Assert.Equal(seen, after);
        }
        var whole = (await host.As(Party.Regulator).Get($"/v1/journal?limit=10000")).Expect(200).Json.GetProperty("items").EnumerateArray().ToList();
        var exchange = whole.Last(e => e.GetProperty("kind").GetString() == "EXCHANGE_IN");
        Assert.Equal(32, exchange.GetProperty("transferId").GetString()!.Length);
        Assert.Equal(16, exchange.GetProperty("credit").GetProperty("walletId").GetString()!.Length);
        Assert.True(exchange.GetProperty("context").TryGetProperty("bank", out _));
        Assert.Empty((await reader.Get("/v1/journal?after=1000000000")).Expect(200).Json.GetProperty("items").EnumerateArray());
        (await reader.Get("/v1/journal?limit=10001")).ExpectProblem(400, "INVALID_FIELD", "limit");
        (await reader.Get("/v1/journal?after=-1")).ExpectProblem(400, "INVALID_FIELD", "after");
        (await reader.Get("/v1/journal?shard=1")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task sums_of_stretches_add_up_to_the_entries_wherever_they_are_cut()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        await api.Fund(await api.OpenWallet(), 77);
        var reader = host.As(Party.Regulator);
        var head = (await reader.Get("/v1/journal/heads")).Expect(200).Json[0].GetProperty("seq").GetInt64();
        var entries = (await reader.Get("/v1/journal?limit=10000")).Expect(200).Json.GetProperty("items").EnumerateArray().Take((int)head).ToList();
        var (count, amount, transfers, after) = (0L, 0m, 0L, 0L);
        while (after < head)
        {
            var sums = (await host.As(Party.Clearing).Get($"/v1/journal/sums?shard=0&after={after}&to={Math.Min(head, after + 3)}")).Expect(200).Json;
            foreach (var sum in sums.GetProperty("items").EnumerateArray())
            {
                count += sum.GetProperty("entries").GetInt64();
                amount += sum.GetProperty("amount").GetDecimal();
                transfers += sum.GetProperty("transfers").GetInt64();
            }
            after = sums.GetProperty("to").GetInt64();
        }
        Assert.Equal((head, entries.Sum(e => e.GetProperty("amount").GetDecimal())), (count, amount));
        Assert.Equal(entries.DistinctBy(e => (e.GetProperty("transferId").GetString(), e.GetProperty("kind").GetString())).Count(), transfers);
        (await reader.Get("/v1/journal/sums?after=5&to=4")).ExpectProblem(400, "INVALID_FIELD", "to");
        (await reader.Get("/v1/journal/sums?shard=1")).ExpectProblem(404, "NOT_FOUND");
        (await api.Get("/v1/journal/sums")).ExpectProblem(403, "NOT_PERMITTED");
    }

    [Fact]
    public async Task a_receipt_is_there_soon_for_the_parties_and_for_nobody_else()
    {
        var host = await city.Wallets;
        var (a, b) = (host.As(Party.OperatorA), host.As(Party.OperatorB));
        var (from, to) = (await a.OpenWallet(), await b.OpenWallet());
        await a.Fund(from, 10);
        var transfer = (await a.Post("/v1/transfers", new { requestNo = ApiClient.NewNumber(), fromWalletId = from, toWalletId = to, amount = 4 })).Expect(200)["transferNo"];

        var receipt = await Eventually.Get(() => a.Get($"/v1/receipts/{transfer}"), answer => answer.Status == 200, "a receipt", TimeSpan.FromSeconds(10));
        Assert.Equal(from, receipt.Json.GetProperty("entry").GetProperty("debit").GetProperty("wallet").GetString());
        Assert.False(receipt.Json.GetProperty("entry").GetProperty("creditState").TryGetProperty("balance", out _));
        Assert.True(ReceiptVerifier.Verify(receipt.Json.GetRawText(), WalletsHost.CheckpointKey.Public).Valid);

        Assert.Equal(200, (await b.Get($"/v1/receipts/{transfer}")).Status);
        Assert.Equal(200, (await host.As(Party.Regulator).Get($"/v1/receipts/{transfer}")).Status);
        (await host.As(Party.Acquirer).Get($"/v1/receipts/{transfer}")).ExpectProblem(404, "NOT_FOUND");
        (await a.Get($"/v1/receipts/{Guid.NewGuid():N}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task checkpoints_are_public_and_grow_consistently()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        await api.Fund(await api.OpenWallet(), 1);
        var first = await NewestCheckpoint(host, 0);
        await api.Fund(await api.OpenWallet(), 1);
        var second = await NewestCheckpoint(host, first);
        Assert.Equal(200, (await host.As(Party.Acquirer).Get($"/v1/checkpoints/consistency?first={first}&second={second}")).Status);
        (await api.Get($"/v1/checkpoints/consistency?first={second}&second={first}")).ExpectProblem(400, "INVALID_FIELD", "second");
    }

    private static Task<long> NewestCheckpoint(WalletsHost host, long above) => Eventually.Get(async () =>
    {
        using var response = await host.Http.GetAsync(new Uri(host.Address, "/v1/checkpoints"));
        response.EnsureSuccessStatusCode();
        var list = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return list.GetArrayLength() == 0 ? 0 : list[0].GetProperty("size").GetInt64();
    }, size => size > above, "a newer checkpoint", TimeSpan.FromSeconds(10));
}
