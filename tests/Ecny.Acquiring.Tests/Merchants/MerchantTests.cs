using Ecny.Acquiring.Tests.Hosting;
using Ecny.Testing;
using Xunit;

namespace Ecny.Acquiring.Tests.Merchants;

public sealed class MerchantTests(SmallCity city)
{
    [Fact]
    public async Task a_merchant_is_registered_once()
    {
        var body = new { requestNo = SmallCity.No(), name = "面馆'); DROP TABLE merchant; --", walletId = await city.Wallet(0), scenario = "S11", district = "D02", mcc = "5812" };
        var created = await city.Acquirer.Post("/v1/merchants", body);
        Assert.Equal((201, "ACTIVE", body.name), (created.Code, created["status"], created["name"]));
        var again = await city.Acquirer.Post("/v1/merchants", body);
        Assert.True(again.Replayed);
        Assert.Equal(created.Body.ToString(), again.Body.ToString());
        Assert.Equal(created.Body.ToString(), (await city.Acquirer.Get($"/v1/merchants/{created["merchantNo"]}")).Body.ToString());
        Assert.Equal(created.Body.ToString(), (await city.Acquirer.Get($"/v1/merchants?requestNo={body.requestNo}")).Body.ToString());
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/merchants", new { body.requestNo, name = "x", body.walletId }))["code"]);
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/merchants/{created["merchantNo"]}")).Code);
        Assert.Equal(403, (await city.OperatorA.Post("/v1/merchants", body)).Code);
    }

    [Fact]
    public async Task a_merchant_is_onboarded_with_the_own_key_and_runs_by_session()
    {
        var session = city.AcquirerBySession();
        var body = new { requestNo = SmallCity.No(), name = "面馆", walletId = await city.Wallet(0) };
        var refused = await session.Post("/v1/merchants", body);
        Assert.Equal((403, "OWN_KEY_REQUIRED"), (refused.Code, refused["code"]));
        var merchantNo = (await city.Acquirer.Post("/v1/merchants", body))["merchantNo"];
        Assert.Equal(201, (await session.Post("/v1/stores", new { requestNo = SmallCity.No(), merchantNo, storeNo = "S1", name = "北街" })).Code);
        Assert.Equal(200, (await session.Get($"/v1/merchants/{merchantNo}")).Code);
    }

    [Fact]
    public async Task a_merchant_number_belongs_to_one_acquirer()
    {
        var merchantNo = $"M-{Guid.NewGuid():N}";
        var walletId = await city.Wallet(0);
        Assert.Equal(merchantNo, (await city.Acquirer.Post("/v1/merchants", new { requestNo = SmallCity.No(), merchantNo, name = "x", walletId }))["merchantNo"]);
        var taken = await city.OtherAcquirer.Post("/v1/merchants", new { requestNo = SmallCity.No(), merchantNo, name = "x", walletId });
        Assert.Equal((409, "ALREADY_EXISTS"), (taken.Code, taken["code"]));
    }

    [Theory]
    [InlineData("2010000000999999"), InlineData("1000000000000008"), InlineData("not a wallet")]
    public async Task a_wallet_that_nobody_opened_is_unknown(string walletId)
    {
        var answer = await city.Acquirer.Post("/v1/merchants", new { requestNo = SmallCity.No(), name = "x", walletId });
        Assert.Equal((422, "walletId", "WALLET_UNKNOWN"), (answer.Code, answer.Error.Field, answer.Error.Code));
    }

    [Fact]
    public async Task lists_are_paged_without_gaps()
    {
        var mine = new HashSet<string>();
        for (var i = 0; i < 3; i++) mine.Add((await city.Merchant()).MerchantNo);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await city.Acquirer.Get($"/v1/merchants?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("merchantNo").GetString()!));
            cursor = page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(seen.Distinct().Count(), seen.Count);
        Assert.Subset(seen.ToHashSet(), mine);
    }

    [Fact]
    public async Task stores_and_terminals_are_where_payments_are_taken()
    {
        var merchant = await city.Merchant();
        var store = new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo = "S1", name = "总店", district = "D07" };
        Assert.Equal(201, (await city.Acquirer.Post("/v1/stores", store)).Code);
        Assert.True((await city.Acquirer.Post("/v1/stores", store)).Replayed);
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/stores", new { store.requestNo, store.merchantNo, store.storeNo, name = "x" }))["code"]);
        Assert.Equal("ALREADY_EXISTS", (await city.Acquirer.Post("/v1/stores", new { requestNo = SmallCity.No(), store.merchantNo, store.storeNo, store.name }))["code"]);
        var terminal = new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo = "S1", terminalNo = "T9", type = "POS" };
        Assert.Equal(201, (await city.Acquirer.Post("/v1/terminals", terminal)).Code);
        Assert.Equal("STORE_UNKNOWN", (await city.Acquirer.Post("/v1/terminals", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo = "S2", terminalNo = "T1" }))["code"]);
        Assert.Equal("MERCHANT_UNKNOWN", (await city.OtherAcquirer.Post("/v1/terminals", terminal))["code"]);
        Assert.Equal(1, (await city.Acquirer.Get($"/v1/terminals?merchantNo={merchant.MerchantNo}")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/stores?merchantNo={merchant.MerchantNo}")).Code);

        var paid = await city.Acquirer.Post("/v1/payments", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, terminalNo = "T9", amount = 1, method = "PAY_CODE", payer = new { payCode = city.PayCode(await city.Wallet(5)) } });
        Assert.Equal(("SETTLED", "S1", "T9"), (paid["status"], paid["storeNo"], paid["terminalNo"]));
    }

    [Fact]
    public async Task a_change_reaches_the_memory_of_another_replica()
    {
        var merchant = await city.Merchant();
        await using var replica = await city.Replica();
        var there = city.AcquirerAt(replica);
        var token = await city.Token(await city.Wallet(1000), merchant.MerchantNo);
        object Payment(string? storeNo = null) => new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo, amount = 1, method = "TOKEN", payer = new { token } };
        Assert.Equal("SETTLED", (await there.Post("/v1/payments", Payment()))["status"]);
        await city.Acquirer.Post("/v1/stores", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo = "S1", name = "总店" });
        Assert.Equal("SETTLED", (await there.Post("/v1/payments", Payment("S1")))["status"]);
        await city.Acquirer.Post($"/v1/merchants/{merchant.MerchantNo}/state", new { status = "SUSPENDED" });
        await Eventually.True(async () => (await there.Post("/v1/payments", Payment()))["code"] == "MERCHANT_SUSPENDED", "the suspension to be known at the replica");
    }
}
