using System.Diagnostics;
using System.Text.Json.Nodes;
using Ecny.Bench.Baseline;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Ledger.Postgres;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.Ledger;

/// <summary>
/// <c>bench ledger</c>: transfers through pump, core and store on a prepared ledger, then the usual SQL transaction on tables of the same size in the same server.
/// </summary>
internal sealed class LedgerBench(string repository, LedgerCity city, int seconds)
{
    private const string LedgerDatabase = "bench_ledger";
    private const string BaselineDatabase = "bench_baseline";

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        var options = new PostgresOptions { Folder = BenchFolders.DataFolder(repository, "postgres"), SharedBuffersMiB = PostgresOptions.QuarterOfMemoryMiB, MaxWalMiB = 16_384 };
        await using var server = await LocalPostgres.Open(options, stop);
        try
        {
            return await Run(server, options, stop);
        }
        finally
        {
            await server.Stop(CancellationToken.None);
        }
    }

    private async Task<BenchResult> Run(LocalPostgres server, PostgresOptions options, CancellationToken stop)
    {
        await Prepare(server, stop);
        var baseline = new SqlTransactionBaseline(await Database(server, BaselineDatabase, stop), (await PostgresBinaries.Require(stop)).Program("pgbench"), city.Wallets, city.Numbers);
        await baseline.Prepare(stop);

        var ledger = server.ConnectionString(LedgerDatabase);
        var before = await Journal(ledger, stop);
        var figures = await Worker(ledger, server.ProcessId!.Value, stop);
        var faults = await Reconcile(ledger, before, Take(figures, "settled").GetValue<long>(), Take(figures, "settledAmount").GetValue<long>(), Take(figures, "failures").AsObject(), stop);
        figures.Remove("run");

        var other = await baseline.Measure(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(Math.Max(20, seconds / 2)), stop);
        figures["timesBaseline"] = Math.Round(figures["perSecond"]!.GetValue<double>() / other["perSecond"]!.GetValue<double>(), 2);
        figures["seconds"] = Math.Round(Progress.Seconds);
        return new BenchResult
        {
            Name = "ledger",
            Settings = new JsonObject
            {
                ["wallets"] = city.Wallets, ["numbers"] = city.Numbers, ["zipf"] = 1.0, ["seconds"] = seconds, ["fsync"] = "on", ["synchronousCommit"] = "on",
                ["sharedBuffersMiB"] = options.SharedBuffersMiB, ["maxWalMiB"] = options.MaxWalMiB, ["load"] = "16 callers of 256 commands, in the measured process; a checkpoint right before the measurement",
            },
            Figures = figures,
            Baseline = other,
            Faults = faults,
        };
    }

    private async Task Prepare(LocalPostgres server, CancellationToken stop)
    {
        var connectionString = await Database(server, LedgerDatabase, stop);
        // What an earlier build prepared is made anew: its schema is not the one that is measured.
        if (await LedgerPreparation.MarkerOf(connectionString, stop) == city.Marker) return;
        await server.DropDatabase(LedgerDatabase, stop);
        await new LedgerPreparation(await server.CreateDatabase(LedgerDatabase, stop), city).Run(stop);
    }

    private static async Task<string> Database(LocalPostgres server, string name, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        await using var command = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(stop) is null ? await server.CreateDatabase(name, stop) : server.ConnectionString(name);
    }

    private async Task<JsonObject> Worker(string connectionString, int server, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [LedgerWorker.Name]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await using var registration = stop.Register(process.Kill);
        var orders = new JsonObject { ["wallets"] = city.Wallets, ["numbers"] = city.Numbers, ["seconds"] = seconds, ["connectionString"] = connectionString, ["elapsed"] = Progress.Seconds, ["server"] = server };
        await process.StandardInput.WriteAsync(orders.ToJsonString().AsMemory(), stop);
        process.StandardInput.Close();
        var answer = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new InvalidOperationException($"The measured process ended with code {process.ExitCode}.");
        return JsonNode.Parse(answer)!.AsObject();
    }

    /// <summary>What the load was told against what is stored, and the sum of all money.</summary>
    private static async Task<List<string>> Reconcile(string connectionString, (long Seq, long Count, long Amount) before, long settled, long amount, JsonObject failures, CancellationToken stop)
    {
        Progress.Say($"comparing answers with the journal");
        var faults = failures.Select(f => $"{f.Value} answers were {f.Key}").ToList();
        var after = await Journal(connectionString, stop, before.Seq);
        if (after.Count != settled || after.Amount != amount)
            faults.Add($"The load was told of {settled} transfers with {amount} fen, the journal has {after.Count} with {after.Amount} fen.");
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("SELECT sum(balance)::bigint FROM ledger.wallet");
        command.CommandTimeout = 0;
        var money = (long)(await command.ExecuteScalarAsync(stop))!;
        if (money != 0) faults.Add($"All wallets, issuance included, sum up to {money} fen instead of 0.");
        return faults;
    }

    private static async Task<(long Seq, long Count, long Amount)> Journal(string connectionString, CancellationToken stop, long? after = null)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("""
            SELECT coalesce((SELECT seq FROM ledger.shard WHERE shard = 0), 0),
              count(*), coalesce(sum(amount), 0)::bigint
            FROM ledger.journal
            WHERE shard = 0 AND seq > $1 AND kind = 4 AND code = 0
            """);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(after ?? long.MaxValue);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static JsonNode Take(JsonObject from, string name)
    {
        var value = from[name]!;
        from.Remove(name);
        return value;
    }
}
