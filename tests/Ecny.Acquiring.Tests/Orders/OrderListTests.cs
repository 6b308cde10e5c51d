using Ecny.Acquiring.Orders;
using Ecny.Acquiring.Tests.Hosting;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Acquiring.Tests.Orders;

/// <summary>Orders as the journal has them, held against the ledger's own answers.</summary>
public sealed class OrderListTests(SmallCity city, ITestOutputHelper output)
{
    [Fact]
    public async Task the_list_says_of_every_order_what_the_ledger_says()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (merchant, payer) = (await city.Merchant(), await city.Wallet(1_000_000));
        var numbers = new List<string>();
        for (var i = 0; i < 40; i++) numbers.Add(await Happen(merchant, payer, random));
        await CaughtUp();

        var listed = new Dictionary<string, string>();
        var order = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await city.Acquirer.Get($"/v1/orders?merchantNo={merchant.MerchantNo}&limit=7{cursor}");
            foreach (var item in page.Body.GetProperty("items").EnumerateArray())
            {
                Assert.True(listed.TryAdd(item.GetProperty("orderNo").GetString()!, item.ToString()));
                order.Add(item.GetProperty("createdAt").GetString()!);
            }
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        Assert.Equal(order.Order(StringComparer.Ordinal), order);
        Assert.Equal(numbers.Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        foreach (var (orderNo, item) in listed) AssertSame((await city.Acquirer.Get($"/v1/orders/{orderNo}")).Body.ToString(), item);
        Assert.Equal(0, (await city.OtherAcquirer.Get($"/v1/orders?merchantNo={merchant.MerchantNo}")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(400, (await city.Acquirer.Get("/v1/orders")).Code);
    }

    [Fact]
    public async Task an_unpaid_order_is_closed_once_the_journal_is_past_its_expiry()
    {
        var merchant = await city.Merchant();
        var order = await city.Acquirer.Post("/v1/orders", new { merchantNo = merchant.MerchantNo, merchantOrderNo = SmallCity.No(), amount = 5, subject = "x" });
        await Eventually.True(async () => await StatusOf(merchant, order["orderNo"]!) == "WAIT_PAY", "the order in the list");
        await city.ExpireOrder(order["orderNo"]!);
        await city.Wallet(1);
        await Eventually.True(async () => await StatusOf(merchant, order["orderNo"]!) == "CLOSED", "it closed");
    }

    [Fact]
    public async Task totals_are_what_the_ledger_counts()
    {
        var (merchant, payer) = (await city.Merchant(), await city.Wallet(100_000));
        for (var i = 1; i <= 10; i++)
        {
            var paid = await Pay(merchant, payer, 100 * i, null);
            if (i % 3 == 0) await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 50 });
        }
        await CaughtUp();
        var date = (await Pay(merchant, payer, 1, null))["businessDate"];
        Assert.Equal(403, (await city.Acquirer.Get($"/v1/acquiring-totals?date={date}")).Code);
        Assert.Equal(400, (await city.Service.Get("/v1/acquiring-totals")).Code);
        var totals = await city.Service.Get($"/v1/acquiring-totals?date={date}");
        var upTo = totals.Body.GetProperty("asOf")[0].GetProperty("seq").GetInt64();
        var told = totals.Body.GetProperty("totals").EnumerateArray()
            .Select(t => (t.GetProperty("institution").GetString()!, t.GetProperty("kind").GetString()!, t.GetProperty("count").GetInt64(), t.GetProperty("amount").GetInt64())).ToList();
        Assert.Equal(await LedgerTotals(date!, upTo), told);
    }

    [Fact]
    public async Task built_anew_in_any_batches_it_is_the_same()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (merchant, payer) = (await city.Merchant(), await city.Wallet(1_000_000));
        for (var i = 0; i < 25; i++) await Happen(merchant, payer, random);
        var journal = new LedgerJournal(city.Ledger.Store);
        var head = (await journal.Heads(CancellationToken.None))[0].Seq;
        var dumps = new List<string>();
        foreach (var most in new[] { 1, 7, 10_000 })
        {
            await using var database = NpgsqlDataSource.Create(await city.Postgres.CreateDatabase("acquiring", connection =>
            {
                Migrations.Run(connection, typeof(EcnyProgram).Assembly, "Ecny.ServiceDefaults.Migrations.");
                Migrations.Run(connection, typeof(Acquiring).Assembly, "Ecny.Acquiring.Migrations.");
            }));
            await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            var consumer = new OrderStates();
            for (var seq = 0L; seq < head;)
            {
                var entries = await journal.Read(0, seq, (int)Math.Min(head - seq, most == 7 ? random.Next(1, 60) : most), CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
                await consumer.Apply(connection, transaction, entries, CancellationToken.None);
                await transaction.CommitAsync(TestContext.Current.CancellationToken);
                seq = entries[^1].Seq;
            }
            dumps.Add(await Dump(database));
        }
        Assert.NotEqual("", dumps[0]);
        Assert.Equal(dumps[0], dumps[1]);
        Assert.Equal(dumps[0], dumps[2]);
    }

    /// <summary>Something that can happen to an order; its number.</summary>
    private async Task<string> Happen(TestMerchant merchant, string payer, Random random)
    {
        var (merchantOrderNo, amount) = (SmallCity.No(), random.Next(1, 1_000));
        if (random.Next(3) == 0)
        {
            var single = await Pay(merchant, payer, amount, merchantOrderNo);
            await GiveBack(single, amount, random);
            return single["orderNo"]!;
        }
        var order = await city.Acquirer.Post("/v1/orders", new { merchantNo = merchant.MerchantNo, merchantOrderNo, amount, subject = "x", attach = "a" });
        var orderNo = order["orderNo"]!;
        switch (random.Next(4))
        {
            case 0:
                await city.Acquirer.Post($"/v1/orders/{orderNo}/close", new { });
                break;
            case 1:
                break;
            case 2:
                await city.OperatorA.Post($"/v1/orders/{orderNo}/pay", new { requestNo = SmallCity.No(), walletId = payer });
                await city.Acquirer.Post($"/v1/orders/{orderNo}/cancel", new { requestNo = SmallCity.No() });
                break;
            default:
                var paid = await city.OperatorA.Post($"/v1/orders/{orderNo}/pay", new { requestNo = SmallCity.No(), walletId = payer });
                await city.Acquirer.Post($"/v1/orders/{orderNo}/close", new { });
                await GiveBack(paid, amount, random);
                break;
        }
        return orderNo;
    }

    private async Task GiveBack(Answer paid, int amount, Random random)
    {
        for (var times = random.Next(3); times > 0; times--)
            await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = random.Next(1, amount + 1) });
    }

    private async Task<Answer> Pay(TestMerchant merchant, string payer, long amount, string? merchantOrderNo)
    {
        var body = new Dictionary<string, object>
        {
            ["requestNo"] = SmallCity.No(), ["merchantNo"] = merchant.MerchantNo, ["amount"] = amount, ["method"] = "PAY_CODE", ["payer"] = new { payCode = city.PayCode(payer) },
        };
        if (merchantOrderNo is not null) body["merchantOrderNo"] = merchantOrderNo;
        var answer = await city.Acquirer.Post("/v1/payments", body);
        Assert.Equal("SETTLED", answer["status"]);
        return answer;
    }

    private async Task CaughtUp()
    {
        var head = (await city.Ledger.Store.Head(ShardMap.OnlyShard, CancellationToken.None))!.Seq;
        await using var database = NpgsqlDataSource.Create(city.Database);
        await Eventually.True(async () =>
        {
            await using var command = database.CreateCommand("SELECT seq FROM messaging.cursor WHERE consumer = 'acquiring.orders'");
            return await command.ExecuteScalarAsync() is long seq && seq >= head;
        }, "the consumer at the head");
        // The newest second is not in lists.
        await using var last = database.CreateCommand("SELECT clock_timestamp()");
        var now = (DateTime)(await last.ExecuteScalarAsync())!;
        await Eventually.True(() => Task.FromResult(DateTime.UtcNow > now.AddSeconds(1.1)), "a second gone");
    }

    private async Task<string?> StatusOf(TestMerchant merchant, string orderNo) =>
        (await city.Acquirer.Get($"/v1/orders?merchantNo={merchant.MerchantNo}")).Body.GetProperty("items").EnumerateArray()
        .Where(item => item.GetProperty("orderNo").GetString() == orderNo).Select(item => item.GetProperty("status").GetString()).SingleOrDefault();

    /// <summary>An order that came with a payment shows in the list only what the journal's state of it has.</summary>
    private static void AssertSame(string ledger, string listed)
    {
        using var of = System.Text.Json.JsonDocument.Parse(ledger);
        using var item = System.Text.Json.JsonDocument.Parse(listed);
        foreach (var member in item.RootElement.EnumerateObject()) Assert.Equal(of.RootElement.GetProperty(member.Name).ToString(), member.Value.ToString());
        foreach (var member in of.RootElement.EnumerateObject())
            Assert.True(item.RootElement.TryGetProperty(member.Name, out _) || member.Name is "scenario", $"{member.Name} is not in the list: {listed}");
    }

    private static async Task<string> Dump(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            SELECT coalesce(string_agg(row, E'\n' ORDER BY row), '')
            FROM (SELECT s::text AS row FROM order_state s UNION ALL SELECT t::text FROM acquiring_total t) rows
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<List<(string, string, long, long)>> LedgerTotals(string date, long upTo)
    {
        await using var database = NpgsqlDataSource.Create(city.LedgerDatabase);
        await using var command = database.CreateCommand("""
            SELECT institution, CASE kind WHEN 1 THEN 'PAYMENT' ELSE 'REFUND' END, count(DISTINCT transfer), sum(amount)::bigint
            FROM ledger.journal
            WHERE seq <= $1 AND business_date = $2 AND kind IN (1, 2) AND code = 0
            GROUP BY institution, kind
            ORDER BY institution COLLATE "C", kind
            """);
        command.Parameters.AddWithValue(upTo);
        command.Parameters.AddWithValue(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture));
        await using var reader = await command.ExecuteReaderAsync();
        var totals = new List<(string, string, long, long)>();
        while (await reader.ReadAsync()) totals.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
        return totals;
    }
}
