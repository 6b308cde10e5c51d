using System.Text.Json.Nodes;
using Ecny.Bench.Http;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Client;
using Ecny.Ledger.Audit;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.Payments;

/// <summary>
/// <c>bench payments</c>, <c>hot-merchant</c> and <c>pay-code</c>: signed requests over HTTP against Acquiring, a Wallets silo and PostgreSQL as separate processes, the
/// generator on the same machine.
/// </summary>
internal sealed class PaymentsBench(string repository, string name, int seconds)
{
    private const int Connections = 256;

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        var options = new PostgresOptions
        {
            Folder = BenchFolders.DataFolder(repository, $"city-{Environment.ProcessId}"), SharedBuffersMiB = PostgresOptions.QuarterOfMemoryMiB, EndsWithThisProcess = true,
        };
        await using var server = await LocalPostgres.Open(options, stop);
        var databases = new DatabaseServer(server.ConnectionString());
        Progress.Say($"starting acquiring and wallets");
        await using var city = await LocalCity.StartTemporary(databases, only: [ServiceKind.Acquiring, ServiceKind.Wallets], cancel: stop);

        using var http = new HttpClient();
        var acquiring = city[ServiceKind.Acquiring];
        var wallets = city[ServiceKind.Wallets];
        var acquirerSession = await BenchSession.Open(http, city, SandboxInstitution.Acquirer, stop);
        var operatorSession = await BenchSession.Open(http, city, SandboxInstitution.OperatorA, stop);
        using var acquirer = acquirerSession.SignerFor(acquiring.Url);
        using var operatorA = operatorSession.SignerFor(wallets.Url);
        using var operatorB = (await BenchSession.Open(http, city, SandboxInstitution.OperatorB, stop)).SignerFor(wallets.Url);
        using var acquirerKey = BenchSession.OwnKey(city, SandboxInstitution.Acquirer);
        var prepared = await new CitySetup(wallets.Url, new SignedHttpClient(http, acquiring.Url, acquirerKey), operatorA, operatorB).Run(stop);

        var history = new History();
        var run = $"r{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        IScript script = name == "pay-code"
            ? new PayCodeScript(prepared, operatorA, acquirer, run, history)
            : new TokenPaymentScript(prepared, acquirer, run, name == "hot-merchant" ? 0.9 : 0, history);
        using var engine = new LoadEngine(script, name == "pay-code" ? [wallets.Url, acquiring.Url] : [acquiring.Url], Connections);
        var meter = new CpuMeter(new Dictionary<string, int>
        {
            ["generator"] = Environment.ProcessId, ["acquiring"] = acquiring.ProcessId!.Value, ["wallets"] = wallets.ProcessId!.Value, ["postgres"] = server.ProcessId!.Value,
        });

        var duration = TimeSpan.FromSeconds(seconds);
        Progress.Say($"warming up");
        engine.Closed(TimeSpan.FromSeconds(20));
        Progress.Say($"highest rate, {Connections} connections");
        meter.Start();
        var highest = engine.Closed(duration);
        var cpu = meter.Stop(highest.Completed);
        Progress.Say($"{highest.PerSecond:#,0}/s; latencies at 70 %, {highest.PerSecond * 0.7:#,0}/s");
        engine.Open(highest.PerSecond * 0.7, TimeSpan.FromSeconds(5));
        meter.Start();
        var steady = engine.Open(highest.PerSecond * 0.7, duration);
        var steadyCpu = meter.Stop(steady.Completed);
        var memory = ProcessUsage.MemoryMiB(wallets.ProcessId!.Value);

        Progress.Say($"comparing {history.Settled} answers with the journal");
        var faults = await JournalCheck.Run(databases.ConnectionString(ServiceKind.Wallets.Database()), SandboxInstitution.Acquirer, run, history, engine.Operations, stop);
        await using var ledger = NpgsqlDataSource.Create(databases.ConnectionString(ServiceKind.Wallets.Database()));
        Progress.Say($"auditing the ledger");
        var audit = await LedgerAudit.Run(ledger, new AuditOptions(), progress: null, stop);
        if (!audit.IsRight) faults.Add($"The audit finds: {audit.Finding}");
        var figures = new JsonObject
        {
            ["perSecond"] = Math.Round(highest.PerSecond),
            ["p50Ms"] = Math.Round(steady.Latency.QuantileMs(0.5), 2),
            ["p99Ms"] = Math.Round(steady.Latency.QuantileMs(0.99), 2),
            ["memoryMiB"] = Math.Round(memory.Peak),
            ["p50MsAtHighest"] = Math.Round(highest.Latency.QuantileMs(0.5), 2),
            ["p99MsAtHighest"] = Math.Round(highest.Latency.QuantileMs(0.99), 2),
            ["failed"] = history.Failures.Values.Sum(),
        };
        foreach (var (key, value) in cpu) figures[key] = value!.DeepClone();
        foreach (var (key, value) in steadyCpu) figures[$"{key}At70"] = value!.DeepClone();
        figures["seconds"] = Math.Round(Progress.Seconds);
        return new BenchResult
        {
            Name = name,
            Settings = new JsonObject
            {
                ["connections"] = Connections, ["seconds"] = seconds, ["city"] = CitySetup.Description, ["signature"] = "hmac-sha256 session",
                ["fsync"] = "on", ["synchronousCommit"] = "on", ["sharedBuffersMiB"] = options.SharedBuffersMiB, ["processes"] = "generator, acquiring, wallets, postgres",
            },
            Figures = figures,
            Faults = faults,
        };
    }
}
