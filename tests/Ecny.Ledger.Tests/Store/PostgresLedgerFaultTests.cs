using System.Net;
using System.Net.Sockets;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

/// <summary>What only a real server does: dying backends, interrupted waits for a standby, constraints, migrations side by side.</summary>
public sealed class PostgresLedgerFaultTests(PostgresFixture postgres)
{
    private const int Shard = ShardMap.OnlyShard;
    private const string Me = "silo-1";
    private const string CommitCall = "SELECT * FROM ledger.commit%";
    private static readonly long Issuance = WalletNumber.Compose(100, 0);
    private static readonly long Alice = WalletNumber.Compose(101, 100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_commit_whose_backend_is_terminated_is_unknown_and_the_barrier_finds_the_way_on()
    {
        await using var database = new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        var store = Patient(database.ConnectionString);
        await using var _ = store;
        var script = await Start(store);
        script.Pay(Issuance, Alice, 1);
        await using (await database.Block(Shard))
        {
            var commit = store.Commit(script.Take());
            await Signal(database.ConnectionString, "pg_terminate_backend");
            Assert.Equal(CommitResult.Unknown, (await commit).Result);
        }
        var head = await store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        Assert.Equal((script.Head.Epoch + 1, script.Head.Seq - 1), (head!.Epoch, head.Seq));
    }

    [Fact]
    public async Task an_abandoned_commit_is_left_to_run_and_never_cancelled()
    {
        await using var database = new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        var store = database.Open();
        var script = await Start(store);
        script.Pay(Issuance, Alice, 1);
        await using (await database.Block(Shard))
        {
            Assert.Equal(CommitResult.Unknown, (await store.Commit(script.Take())).Result);
        }
        await Eventually.Get(() => store.Head(Shard, Stop), head => head!.Seq == script.Head.Seq, "the abandoned commit to end by itself");
        await Eventually.True(async () => await Count(database.ConnectionString, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT * FROM ledger.commit%'") == 0, "its connection to be closed");
    }

    [Fact]
    public async Task a_balance_below_zero_never_gets_in()
    {
        await using var database = new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        var store = database.Open();
        var script = await Start(store);
        script.Pay(Alice, Issuance, 1);
        var answer = await store.Commit(script.Take());
        Assert.Equal(CommitResult.Mismatch, answer.Result);
        Assert.Contains("wallet_balance", answer.Detail);
    }

    [Fact]
    public async Task a_mismatch_names_the_wallets()
    {
        await using var database = new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        var store = database.Open();
        var script = await Start(store);
        script.Pay(Issuance, Alice, 1);
        var batch = script.Take();
        for (var i = 0; i < batch.Wallets.Count; i++)
        {
            if (batch.Wallets[i].Row.Id == Alice) batch.Wallets[i] = batch.Wallets[i] with { ExpectedVersion = 9 };
        }
        var answer = await store.Commit(batch);
        Assert.Contains($"wallet {Alice} version 1", answer.Detail);
        Assert.DoesNotContain($"{Issuance}", answer.Detail);
    }

    [Fact]
    public async Task an_interrupted_wait_for_the_standby_is_no_acknowledgement()
    {
        await using var server = await PostgresFixture.OwnServer();
        var connectionString = await server.CreateDatabase("ecny_wallets");
        LedgerMigrations.Run(connectionString);
        await using var store = Patient(connectionString);
        Assert.False((await store.Probe(Stop)).StandbyPresent);
        var script = await Start(store);
        await Count(connectionString, "ALTER SYSTEM SET synchronous_standby_names = 'absent'", "SELECT count(pg_reload_conf())");

        // The server takes the setting up in its own time: commits go through until one waits.
        Task<CommitAnswer> commit;
        do
        {
            script.Pay(Issuance, Alice, 1);
            commit = store.Commit(script.Take());
            await Eventually.True(async () => commit.IsCompleted || await Waiters(connectionString, CommitCall) > 0, "the commit to wait or to end");
        }
        while (commit.IsCompleted && (await commit).Result == CommitResult.Committed);
        await Signal(connectionString, "pg_cancel_backend");
        var answer = await commit;
        Assert.Equal(CommitResult.Unknown, answer.Result);
        Assert.Contains("synchronous replication", answer.Detail);

        var barrier = store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        await Signal(connectionString, "pg_cancel_backend", "UPDATE ledger.shard%");
        await Assert.ThrowsAsync<LedgerUncertainException>(() => barrier);

        await Count(connectionString, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT count(pg_reload_conf())");
        var head = await store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        Assert.NotNull(head);
        Assert.Equal(script.Head.Seq, head.Seq);
        Assert.True(head.Epoch > script.Head.Epoch);
    }

    [Fact]
    public async Task a_server_killed_under_a_commit_comes_back_with_all_or_nothing_of_it()
    {
        await using var server = await PostgresFixture.OwnServer();
        var connectionString = await server.CreateDatabase("ecny_wallets");
        LedgerMigrations.Run(connectionString);
        await using var database = new PostgresLedgerDatabase(connectionString);
        await using var store = Patient(connectionString);
        var script = await Start(store);
        await using (await database.Block(Shard))
        {
            script.Pay(Issuance, Alice, 1);
            var commit = store.Commit(script.Take());
            await Waiting(connectionString, CommitCall);
            await server.Kill9(Stop);
            Assert.Equal(CommitResult.Unknown, (await commit).Result);
        }
        await Assert.ThrowsAnyAsync<Exception>(() => store.Barrier(Shard, script.Head.Epoch, Me, Stop));
        await server.Start(Stop);
        NpgsqlConnection.ClearAllPools();
        var head = await store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        Assert.Equal(script.Head.Seq - 1, head!.Seq);
        var next = new LedgerScript(head);
        next.Open(WalletNumber.Compose(102, 1));
        Assert.Equal(CommitResult.Committed, (await store.Commit(next.Take())).Result);
        Assert.Equal(head.Seq + 1, (await store.Head(Shard, Stop))!.Seq);
    }

    [Fact]
    public async Task of_several_hosts_the_one_that_is_primary_is_found()
    {
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var closed = ((IPEndPoint)deaf.LocalEndpoint).Port;
        deaf.Stop();
        settings.Host = $"{settings.Host}:{closed},{settings.Host}:{settings.Port}";
        await using var store = Patient(settings.ConnectionString);
        var script = await Start(store);
        Assert.Equal(script.Head.Seq, (await store.Head(Shard, Stop))!.Seq);
    }

    [Fact]
    public async Task migrations_may_run_side_by_side_and_again()
    {
        var connectionString = await postgres.CreateDatabase();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => LedgerMigrations.Run(connectionString), Stop)));
        LedgerMigrations.Run(connectionString);
        Assert.Equal(0, await Count(connectionString, "SELECT count(*) - count(DISTINCT scriptname) FROM ledger.migration"));
        Assert.True(await Count(connectionString, "SELECT count(*) FROM ledger.migration") >= 2);
    }

    private static PostgresLedgerStore Patient(string connectionString) => new(new PostgresLedgerOptions
    {
        ConnectionString = connectionString,
        CommitTimeout = TimeSpan.FromSeconds(60),
        QueryTimeout = TimeSpan.FromSeconds(60),
        RequireSynchronousStandby = true,
    });

    private static async Task<LedgerScript> Start(ILedgerStore store)
    {
        var script = new LedgerScript((await store.Activate(Shard, Me, TimeSpan.Zero, Stop))!);
        script.Open(Issuance, WalletClass.Issuance);
        script.Open(Alice);
        Assert.Equal(CommitResult.Committed, (await store.Commit(script.Take())).Result);
        return script;
    }

    /// <summary>The process that waits in such a statement, once it does.</summary>
    private static Task<long> Waiting(string connectionString, string query) => Eventually.Get(() => Waiters(connectionString, query), pid => pid > 0, $"{query} to wait");

    private static Task<long> Waiters(string connectionString, string query) => Count(connectionString, $"""
        SELECT coalesce(max(pid), 0)::bigint
        FROM pg_stat_activity
        WHERE state = 'active' AND wait_event_type IN ('Lock', 'IPC') AND query LIKE '{query}'
        """);

    private static async Task Signal(string connectionString, string function, string query = CommitCall)
    {
        var pid = await Waiting(connectionString, query);
        await Count(connectionString, $"SELECT count({function}({pid}))");
    }

    /// <summary>Runs statements one by one; the number that the last one gives.</summary>
    private static async Task<long> Count(string connectionString, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Stop);
        long count = 0;
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            count = await command.ExecuteScalarAsync(Stop) as long? ?? 0;
        }
        return count;
    }
}
