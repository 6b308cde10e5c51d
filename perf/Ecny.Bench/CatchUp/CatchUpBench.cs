using System.Diagnostics;
using System.Text.Json.Nodes;
using Ecny.Bench.Events;
using Ecny.Bench.Ledger;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.CatchUp;

/// <summary>
/// <c>bench catch-up</c>: an hour's entries wait in the journal, and each consumer, alone, takes them: real processes (Wallets, which serves the journal, Acquiring, which knows the
/// institutions, and the consumer's service), from a new database to the head. What it made of them is compared with the journal.
/// </summary>
internal sealed class CatchUpBench(string repository, long entries)
{
    private static readonly ServiceKind[] Kinds = [ServiceKind.Clearing, ServiceKind.Monitoring, ServiceKind.Risk];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20), Patience = TimeSpan.FromMinutes(10);
    private readonly LifeCity city = new(entries);
    private readonly string keys = Path.Combine(BenchFolders.DataFolder(repository, "catch-up"), "keys-of-the-city");

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        var options = new PostgresOptions
        {
            Folder = Path.Combine(BenchFolders.DataFolder(repository, "catch-up"), "postgres"), SharedBuffersMiB = PostgresOptions.QuarterOfMemoryMiB, MaxWalMiB = 16_384, CommitTimes = true,
        };
        await using var server = await LocalPostgres.Open(options, stop);
        try
        {
            await Prepare(server.Databases, stop);
            var (figures, faults) = (new JsonObject(), new List<string>());
            foreach (var kind in Kinds) faults.AddRange(await Measure(server, kind, figures, stop));
            figures["seconds"] = Math.Round(Progress.Seconds);
            return new BenchResult
            {
                Name = "catch-up",
                Settings = new JsonObject
                {
                    ["entries"] = entries, ["persons"] = LifeCity.Persons, ["merchants"] = LifeCity.Merchants, ["zipf"] = 1.0,
                    ["journal"] = "65 % payments in 16 scenarios, 17 % transfers, 6 % exchanges in, holds and exchanges out, refunds, cancels, closed orders, tokens, 2 % and more declined",
                    ["processes"] = "wallets, acquiring (serve), the consumer's service, postgres; each consumer alone, from a new database",
                    ["fsync"] = "on", ["synchronousCommit"] = "on", ["sharedBuffersMiB"] = options.SharedBuffersMiB,
                },
                Figures = figures,
                Faults = faults,
            };
        }
        finally
        {
            await server.Stop(CancellationToken.None);
        }
    }

    private async Task Prepare(DatabaseServer databases, CancellationToken stop)
    {
        var wallets = ServiceKind.Wallets.Database();
        await databases.Create([wallets], stop);
        if (await LedgerPreparation.MarkerOf(databases.ConnectionString(wallets), stop) == city.Marker) return;
        await databases.Drop(ServiceKinds.Databases, stop);
        if (Directory.Exists(keys)) Directory.Delete(keys, recursive: true);
        await databases.Create(ServiceKinds.Databases, stop);
        await new LifePreparation(databases.ConnectionString(wallets), city).Run(stop);
        // Receipts and audit have long been done when a consumer comes back after an hour.
        await using var running = Open(databases);
        await running.StartAll([ServiceKind.Acquiring, ServiceKind.Wallets], stop);
        KeepKeys(running.Options.Folder);
        Progress.Say($"waiting for receipts and audit");
        await Until(databases.ConnectionString(wallets), """
            SELECT (SELECT seq FROM ledger.shard) <= least((SELECT size FROM ledger.log_head), (SELECT seq FROM ledger.audit_cursor))
            """, stop);
        await using var source = NpgsqlDataSource.Create(databases.ConnectionString(wallets));
        await using var mark = source.CreateCommand($"COMMENT ON SCHEMA ledger IS '{city.Marker}'");
        await mark.ExecuteNonQueryAsync(stop);
    }

    private async Task<List<string>> Measure(LocalPostgres server, ServiceKind kind, JsonObject figures, CancellationToken stop)
    {
        var databases = server.Databases;
        Progress.Say($"{kind.Name()}: starting");
        await databases.Drop(ServiceKinds.Databases.Except([ServiceKind.Wallets.Database()]), stop);
        await databases.Create(ServiceKinds.Databases, stop);
        await using var running = Open(databases);
        await running.StartAll([ServiceKind.Acquiring, ServiceKind.Wallets], stop);
        var head = await Cursors.Head(databases, stop);
        var own = databases.ConnectionString(kind.Database());

        running[kind].Start();
        var start = Stopwatch.GetTimestamp();
        await Until(own, "SELECT to_regclass('messaging.cursor') IS NOT NULL", stop);
        await CursorLog.Install(own, stop);
        var meter = new CpuMeter([("consumer", running[kind].ProcessId!.Value), ("wallets", running[ServiceKind.Wallets].ProcessId!.Value), ("postgres", server.ProcessId!.Value)]);
        meter.Start();
        while ((await Cursors.Read(own, stop)).Values.DefaultIfEmpty().Min() < head)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) return [$"{kind.Name()} did not come to the head in {Patience.TotalMinutes:0} minutes."];
            await Task.Delay(Look, stop);
        }
        var cpu = meter.Stop(head);
        Progress.Say($"{kind.Name()}: {head:#,0} entries in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, its start included; comparing");

        var moves = (await CursorLog.Read(own, 0, stop)).Values.Single();
        var (first, last) = (moves[0], moves[^1]);
        figures[$"{kind.Name()}PerSecond"] = Math.Round((last.Seq - first.Seq) * 1e6 / (last.Micros - first.Micros));
        figures[$"{kind.Name()}SecondsWithStart"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1);
        figures[$"{kind.Name()}MemoryMiB"] = Math.Round(ProcessUsage.MemoryMiB(running[kind].ProcessId!.Value).Peak);
        foreach (var (key, value) in cpu) figures[$"{kind.Name()}{char.ToUpperInvariant(key[0])}{key[1..]}"] = value!.DeepClone();
        return await CatchUpCheck.Run(databases, kind, stop);
    }

    /// <summary>A city on free ports with the secrets of the preparation: receipts were salted and signed with them.</summary>
    private LocalCity Open(DatabaseServer databases)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"ecny-city-{Guid.NewGuid():N}");
        if (Directory.Exists(keys)) Copy(keys, folder);
        return LocalCity.Open(new CityOptions
        {
            Folder = folder, Databases = databases, EndsWithThisProcess = true,
            SettingsOf = new Dictionary<ServiceKind, IReadOnlyDictionary<string, string?>>
            {
                [ServiceKind.Acquiring] = new Dictionary<string, string?> { ["Ecny:Roles"] = "serve" },
                // Acquiring's own totals come from its consumer, which does not run here.
                [ServiceKind.Clearing] = new Dictionary<string, string?> { ["Ecny:Clearing:CompareAcquiring"] = "false" },
            },
        });
    }

    private void KeepKeys(string folder)
    {
        Copy(Path.Combine(folder, "keys"), Path.Combine(keys, "keys"));
        File.Copy(Path.Combine(folder, "secrets.json"), Path.Combine(keys, "secrets.json"));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static async Task Until(string connectionString, string question, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(question);
        var start = Stopwatch.GetTimestamp();
        while (await command.ExecuteScalarAsync(stop) is not true)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) throw new TimeoutException($"Not true after {Patience.TotalMinutes:0} minutes: {question}");
            await Task.Delay(Look, stop);
        }
    }
}
