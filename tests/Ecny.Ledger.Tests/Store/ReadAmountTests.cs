using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Npgsql;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

/// <summary>What a batch asks for is looked up; a plan that walks through the journal would slow every refund down as the city grows.</summary>
public sealed class ReadAmountTests(PostgresFixture postgres)
{
    private const int Shard = ShardMap.OnlyShard, Batches = 20, BatchSize = 500, Wanted = 20, Loads = 5;
    private static readonly long Issuance = WalletNumber.Compose(100, 0);
    private static readonly long Alice = WalletNumber.Compose(101, 100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_a_batch_reads_does_not_grow_with_the_journal()
    {
        var connectionString = await postgres.CreateDatabase("ledger", LedgerMigrations.Run);
        var payments = await Fill(connectionString);
        var before = await Reads(connectionString);

        var keys = new KeySet();
        keys.Wallets.UnionWith([Issuance, Alice]);
        keys.Numbers.UnionWith(payments);
        keys.Transfers.UnionWith(payments);
        keys.Refunds.UnionWith(payments);
        keys.Holds.UnionWith(payments);
        await using (var database = new PostgresLedgerDatabase(connectionString))
        {
            var store = database.Open();
            // From the second time on a statement is prepared and its plan knows no values.
            for (var i = 0; i < Loads; i++)
            {
                var rows = await store.Load(Shard, keys, Stop);
                Assert.Equal((payments.Length, payments.Length), (rows.Entries.Count, rows.Numbers.Count));
            }
        }

        // A connection tells what it read when it ends.
        long read = 0;
        await Eventually.True(async () => (read = await Reads(connectionString) - before) > 0, "the reads are counted");
        Assert.InRange(read, 2 * Wanted, 10 * Wanted * Loads);
    }

    [Fact]
    public async Task what_the_audit_of_refunds_reads_does_not_grow_with_the_journal()
    {
        var connectionString = await postgres.CreateDatabase("ledger", LedgerMigrations.Run);
        var payments = await Fill(connectionString);
        var before = await Reads(connectionString);
        await using (var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString))
        {
            await connection.OpenAsync(Stop);
            Assert.Null(RefundAudit.Exceeding(connection, Shard, [.. payments.Select(payment => KeyValuePair.Create(payment, new AuditedRefund(1, 1)))]));
        }

        long read = 0;
        await Eventually.True(async () => (read = await Reads(connectionString) - before) > 0, "the reads are counted");
        Assert.InRange(read, 2 * Wanted, 10 * Wanted);
    }

    /// <summary>Payments, so many that reading all of them shows; the answer is some of them from all over the journal.</summary>
    private static async Task<TransferId[]> Fill(string connectionString)
    {
        await using var database = new PostgresLedgerDatabase(connectionString);
        var store = database.Open();
        var script = new LedgerScript((await store.Activate(Shard, "silo-1", TimeSpan.Zero, Stop))!);
        script.Open(Issuance, WalletClass.Issuance);
        script.Open(Alice);
        var payments = new List<TransferId>();
        for (var batch = 0; batch < Batches; batch++)
        {
            for (var i = 0; i < BatchSize; i++) payments.Add(script.Pay(Issuance, Alice, 1));
            var answer = await store.Commit(script.Take());
            Assert.True(answer.Result == CommitResult.Committed, $"{answer.Result}: {answer.Detail}");
        }
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Stop);
        // As autovacuum does it, which passes over the head of a partitioned table.
        await using var analyze = new NpgsqlCommand("""
            DO $$
            DECLARE name regclass;
            BEGIN
              FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'r' LOOP
                EXECUTE format('ANALYZE %s', name);
              END LOOP;
            END $$
            """, connection);
        await analyze.ExecuteNonQueryAsync(Stop);
        return [.. payments.Chunk(payments.Count / Wanted).Select(part => part[0])];
    }

    private static async Task<long> Reads(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("SELECT (sum(idx_tup_read) + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables t WHERE t.schemaname = 'ledger'))::bigint FROM pg_stat_user_indexes WHERE schemaname = 'ledger'", connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
