using Ecny.Contracts.Ledger;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

/// <summary>The writer remembers where rows lie; that is a hint, and nothing depends on it.</summary>
public sealed class RowPlaceTests(PostgresFixture postgres)
{
    private const int Shard = ShardMap.OnlyShard;
    private static readonly long Issuance = WalletNumber.Compose(100, 0);
    private static readonly long Alice = WalletNumber.Compose(101, 100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT", "nothing in between")]
    [InlineData("VACUUM FULL ledger.wallet", "all rows lie elsewhere")]
    [InlineData("UPDATE ledger.wallet SET balance = balance", "each row has a new place, another one's dead version the old")]
    public async Task rows_are_found_wherever_they_lie(string between, string what)
    {
        await using var database = new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
        var store = database.Open();
        var head = await store.Activate(Shard, "silo-1", TimeSpan.Zero, Stop);
        var script = new LedgerScript(head!);
        script.Open(Issuance, WalletClass.Issuance);
        script.Open(Alice);
        await Commit(store, script);
        var keys = new KeySet();
        keys.Wallets.UnionWith([Issuance, Alice]);
        await store.Load(Shard, keys, Stop);

        for (var i = 0; i < 24; i++)
        {
            script.Pay(Issuance, Alice, 1_00);
            await Commit(store, script);
            if (i % 5 != 4) continue;
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync(Stop);
            await using var command = new NpgsqlCommand(between, connection);
            await command.ExecuteNonQueryAsync(Stop);
        }

        var stored = await store.Load(Shard, keys, Stop);
        Assert.True(stored.Wallets.Single(wallet => wallet.Id == Alice).Balance == 24_00, what);
        Assert.True(stored.Wallets.Sum(wallet => wallet.Balance) == 0, what);
    }

    private static async Task Commit(ILedgerStore store, LedgerScript script)
    {
        var answer = await store.Commit(script.Take());
        Assert.True(answer.Result == CommitResult.Committed, $"{answer.Result}: {answer.Detail}");
    }
}
