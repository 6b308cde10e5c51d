using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Ecny.Bench.Load;
using Ecny.Bench.Report;
using Npgsql;

namespace Ecny.Bench.Baseline;

/// <summary>
/// What <c>bench ledger</c> is compared with: one database transaction for each transfer (unique number, two wallet updates, one journal line), prepared
/// statements, the same server, durability, table sizes and Zipf choice; the better of 8 and 32 clients counts.
/// </summary>
internal sealed class SqlTransactionBaseline(string connectionString, string pgbench, long wallets, long numbers)
{
    private static readonly int[] ClientCounts = [8, 32];

    /// <summary>Creates and fills the tables unless they are there with the right size; indexes are built after loading.</summary>
    public async Task Prepare(CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(stop);
        if (await Marker(connection, stop) == $"{wallets} {numbers}") return;
        Progress.Say($"preparing the baseline's {wallets:#,0} wallets and {numbers:#,0} numbers");
        await Execute(connection, "DROP SCHEMA IF EXISTS baseline CASCADE", stop);
        await Execute(connection, Resource("tables.sql"), stop);
        await Execute(connection, $"INSERT INTO baseline.wallet SELECT id, 1000000000, 1 FROM generate_series(1, {wallets}) id", stop);
        await Execute(connection, "ALTER TABLE baseline.wallet ADD PRIMARY KEY (id)", stop);
        await Execute(connection, $"INSERT INTO baseline.number SELECT md5(i::text)::uuid FROM generate_series(1, {numbers}) i", stop);
        await Execute(connection, "SET maintenance_work_mem = '1GB'; ALTER TABLE baseline.number ADD PRIMARY KEY (id)", stop);
        await Execute(connection, "VACUUM ANALYZE baseline.wallet, baseline.number, baseline.journal", stop);
        await Execute(connection, $"COMMENT ON SCHEMA baseline IS '{wallets} {numbers}'", stop);
    }

    /// <summary>Figures named as the ledger's: perSecond, p50Ms, p99Ms (at 70 % of it), clients.</summary>
    public async Task<JsonObject> Measure(TimeSpan warmUp, TimeSpan duration, CancellationToken stop)
    {
        var script = Path.Combine(Path.GetTempPath(), $"ecny-baseline-{Environment.ProcessId}.sql");
        await File.WriteAllTextAsync(script, Resource("transfer.sql"), stop);
        try
        {
            var zipf = new Zipf(wallets);
            var variables = new Dictionary<string, string>
            {
                ["n"] = wallets.ToString(CultureInfo.InvariantCulture),
                ["h"] = zipf.TotalWeight.ToString("R", CultureInfo.InvariantCulture),
            };
            var bench = new PgBench(pgbench, connectionString, script, variables);
            var (best, clients) = (0.0, 0);
            var figures = new JsonObject();
            foreach (var count in ClientCounts)
            {
                Progress.Say($"baseline: one transaction per transfer, {count} clients");
                await bench.HighestRate(count, warmUp, stop);
                // As for the ledger: the time right after a checkpoint is the worst.
                await Checkpoint(stop);
                var rate = await bench.HighestRate(count, duration, stop);
                figures[$"perSecondWith{count}Clients"] = Math.Round(rate);
                if (rate > best) (best, clients) = (rate, count);
            }
            Progress.Say($"baseline: latencies at 70 %, {best * 0.7:#,0}/s");
            var latency = await bench.LatencyAt(best * 0.7, clients, duration, stop);
            figures.Insert(0, "perSecond", Math.Round(best));
            figures.Insert(1, "p50Ms", Math.Round(latency.QuantileMs(0.5), 2));
            figures.Insert(2, "p99Ms", Math.Round(latency.QuantileMs(0.99), 2));
            figures["clients"] = clients;
            return figures;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private async Task Checkpoint(CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(stop);
        await Execute(connection, "CHECKPOINT", stop);
    }

    private static async Task<string?> Marker(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'baseline'", connection);
        return await command.ExecuteScalarAsync(stop) as string;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(stop);
    }

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}
