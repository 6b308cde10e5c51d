using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Testing;
using Ecny.Wallets.Clustering;
using Ecny.Wallets.Tests.Hosting;
using Npgsql;

namespace Ecny.Wallets.Tests.Clustering;

/// <summary>Who serves the shard may change at any time; what was answered stays.</summary>
public sealed class FailoverTests(City city)
{
    [Fact]
    public async Task a_restart_forgets_nothing()
    {
        var databases = await city.NewDatabases();
        string wallet, number = ApiClient.NewNumber(), code;
        Answer before;
        await using (var host = await WalletsHost.Start(databases))
        {
            var api = host.As(Party.OperatorA);
            wallet = await api.OpenWallet();
            before = (await api.Post("/v1/exchanges", In(number, wallet))).Expect(200);
            code = (await api.Post($"/v1/wallets/{wallet}/pay-codes", new { requestNo = number })).Expect(201)["payCode"];
        }
        await using (var host = await WalletsHost.Start(databases))
        {
            var api = host.As(Party.OperatorA);
            var after = (await api.Post("/v1/exchanges", In(number, wallet))).Expect(200);
            Assert.Equal((before["exchangeNo"], before["seq"], true), (after["exchangeNo"], after["seq"], after.Replayed));
            Assert.Equal(500, await api.Balance(wallet));
            Assert.Equal(code, (await api.Post($"/v1/wallets/{wallet}/pay-codes", new { requestNo = number })).Expect(201)["payCode"]);
        }
        await Audited(databases);
    }

    [Fact]
    public async Task the_other_silo_of_a_cluster_takes_over()
    {
        var databases = await city.NewDatabases();
        var first = await WalletsHost.Start(databases);
        await using var second = await WalletsHost.Start(databases);
        var wallet = await first.As(Party.OperatorA).OpenWallet();
        var api = second.As(Party.OperatorA);
        await api.Fund(wallet, 10);
        await first.DisposeAsync();
        await Eventually.True(async () => (await api.Post("/v1/exchanges", In(ApiClient.NewNumber(), wallet))).Status == 200, "the second silo to serve", TimeSpan.FromSeconds(20));
        await Audited(databases);
    }

    [Fact]
    public async Task a_silo_that_stops_under_load_hands_over_within_two_seconds()
    {
        var databases = await city.NewDatabases();
        var first = await WalletsHost.Start(databases);
        var before = await Owner(databases);
        await using var second = await WalletsHost.Start(databases);
        // A silo that joins leaves the shard where it is.
        Assert.Equal(before, await Owner(databases));
        var api = second.As(Party.OperatorA);
        var wallets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.OpenWallet()));
        foreach (var wallet in wallets) await api.Fund(wallet, 10_000);

        var settled = new ConcurrentQueue<long>();
        var stop = false;
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            while (!Volatile.Read(ref stop))
            {
                var body = new { requestNo = ApiClient.NewNumber(), fromWalletId = wallets[n], toWalletId = wallets[(n + 1) % 4], amount = 1 };
                if ((await api.Post("/v1/transfers", body)) is { Status: 200 } answer && answer["status"] == "SETTLED") settled.Enqueue(Stopwatch.GetTimestamp());
            }
        }));
        await Eventually.True(() => Task.FromResult(settled.Count > 100), "payments before the stop", TimeSpan.FromSeconds(20));
        await first.DisposeAsync();
        var stopped = settled.Count;
        await Eventually.True(() => Task.FromResult(settled.Count > stopped + 100), "payments after the stop", TimeSpan.FromSeconds(20));
        Volatile.Write(ref stop, true);
        await load;

        Assert.NotEqual(before, await Owner(databases));
        var times = settled.Order().ToArray();
        var longest = times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).Max();
        TestContext.Current.SendDiagnosticMessage($"longest gap {longest.TotalMilliseconds:0} ms");
        Assert.True(longest < TimeSpan.FromSeconds(2), $"no payment was answered for {longest.TotalMilliseconds:0} ms");
        await Audited(databases);
    }

    [Fact]
    public async Task two_clusters_on_one_ledger_fence_each_other_and_lose_nothing()
    {
        var databases = await city.NewDatabases();
        await using var red = await WalletsHost.Start(databases, cluster: "red");
        var wallets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => red.As(Party.OperatorA).OpenWallet()));
        foreach (var wallet in wallets) await red.As(Party.OperatorA).Fund(wallet, 1_000);
        await using var blue = await WalletsHost.Start(databases, cluster: "blue");

        var settled = new ConcurrentDictionary<string, string>();
        var until = DateTime.UtcNow.AddSeconds(6);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var apis = new[] { red.As(Party.OperatorA), blue.As(Party.OperatorA) };
            for (var i = 0; DateTime.UtcNow < until; i++)
            {
                var body = new { requestNo = $"t-{n}-{i}", fromWalletId = wallets[n % 4], toWalletId = wallets[(n + 1) % 4], amount = 1 };
                var answer = await apis[i % 2].Post("/v1/transfers", body);
                if (answer.Status == 200 && answer["status"] == "SETTLED") settled[body.requestNo] = answer["transferNo"];
            }
        }));
        Assert.NotEmpty(settled);

        var report = await Audited(databases);
        await using var source = NpgsqlDataSource.Create(databases.Main);
        await using var command = source.CreateCommand("SELECT replace(transfer::text, '-', '') FROM ledger.journal WHERE kind = 4 AND code = 0");
        var journal = new HashSet<string>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) Assert.True(journal.Add(reader.GetString(0)), "a transfer is in the journal twice");
        Assert.Empty(settled.Values.Except(journal));
        Assert.True(report.Entries > settled.Count);
    }

    [Fact]
    public async Task a_member_that_died_on_this_machine_is_declared_dead_and_a_living_one_is_not()
    {
        var databases = await city.NewDatabases();
        ClusteringMigrations.Run(databases.Orleans);
        using var living = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        living.Start();
        var dead = Ecny.Local.Processes.FreePort.Take();
        await using var source = NpgsqlDataSource.Create(databases.Orleans);
        await using (var insert = source.CreateCommand("""
            INSERT INTO cluster_version VALUES ('c', 7);
            INSERT INTO cluster_member VALUES ('c', '127.0.0.1', @dead, 1, 's', 'h', 3, 1, NULL, now(), now()), ('c', '127.0.0.1', @living, 1, 's', 'h', 3, 1, NULL, now(), now())
            """.Replace("@dead", $"{dead}", StringComparison.Ordinal).Replace("@living", $"{((IPEndPoint)living.LocalEndpoint).Port}", StringComparison.Ordinal)))
            await insert.ExecuteNonQueryAsync();

        Assert.Equal(1, await DepartedSilos.Bury(databases.Orleans, "c", IPAddress.Loopback, CancellationToken.None));
        Assert.Equal(0, await DepartedSilos.Bury(databases.Orleans, "c", IPAddress.Loopback, CancellationToken.None));
        await using var read = source.CreateCommand("SELECT (SELECT version FROM cluster_version), (SELECT status FROM cluster_member WHERE port = " + dead + ")");
        await using var row = await read.ExecuteReaderAsync();
        await row.ReadAsync();
        Assert.Equal((8, 6), (row.GetInt32(0), row.GetInt32(1)));
    }

    private static async Task<string> Owner(Databases databases)
    {
        await using var source = NpgsqlDataSource.Create(databases.Main);
        await using var command = source.CreateCommand("SELECT owner FROM ledger.shard");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static object In(string number, string wallet) => new { requestNo = number, walletId = wallet, direction = "IN", amount = 500, bankAccountToken = "bank" };

    private static async Task<AuditReport> Audited(Databases databases)
    {
        await using var source = NpgsqlDataSource.Create(databases.Main);
        var report = await LedgerAudit.Run(source, new AuditOptions(), null, CancellationToken.None);
        Assert.True(report.IsRight, report.ToString());
        return report;
    }
}
