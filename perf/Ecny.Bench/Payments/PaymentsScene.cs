using Ecny.Bench.Http;
using Ecny.Bench.Machine;
using Ecny.Bench.Report;
using Ecny.Client;
using Ecny.Ledger.Audit;
using Ecny.Local.City;
using Ecny.Local.Events;
using Ecny.Local.Postgres;
using Npgsql;

namespace Ecny.Bench.Payments;

/// <summary>
/// A city of its own for one measurement: PostgreSQL, the wanted services, and where events are wanted what carries them, each a process; a generator of signed payments
/// in this one. Gone when it is disposed of, or when this process ends.
/// </summary>
internal sealed class PaymentsScene : IAsyncDisposable
{
    public const int Connections = 256;
    private static int count;
    private readonly LocalPostgres server;
    private readonly List<IDisposable> parts = [];

    private PaymentsScene(LocalPostgres server, PostgresOptions options, LocalCity city)
    {
        (this.server, Options, City) = (server, options, city);
        Databases = city.Options.Databases;
    }

    public PostgresOptions Options { get; }
    public LocalCity City { get; }
    public DatabaseServer Databases { get; }
    public History History { get; } = new();
    public string Run { get; } = $"r{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}";
    public LoadEngine Engine { get; private set; } = null!;
    public string Ledger => Databases.ConnectionString(ServiceKind.Wallets.Database());

    /// <param name="script"><c>pay-code</c>, <c>hot-merchant</c>, else payments by token.</param>
    /// <param name="events">What carries events; null: nothing, consumers pull.</param>
    public static async Task<PaymentsScene> Start(string repository, string script, IReadOnlyCollection<ServiceKind> services, CityEvents? events, CancellationToken stop)
    {
        var options = new PostgresOptions
        {
            Folder = BenchFolders.DataFolder(repository, $"city-{Environment.ProcessId}-{Interlocked.Increment(ref count)}"),
            SharedBuffersMiB = PostgresOptions.QuarterOfMemoryMiB, CommitTimes = services.Count > 2, EndsWithThisProcess = true,
        };
        var server = await LocalPostgres.Open(options, stop);
        LocalCity? city = null;
        try
        {
            Progress.Say($"starting {string.Join(", ", services.Select(kind => kind.Name()))}");
            city = await LocalCity.StartTemporary(new DatabaseServer(server.ConnectionString()), only: services, events: events, cancel: stop);
            var scene = new PaymentsScene(server, options, city);
            await scene.Prepare(script, stop);
            return scene;
        }
        catch
        {
            if (city is not null) await city.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything that runs, for processor time.</summary>
    public CpuMeter Meter(IEnumerable<(string Name, int Pid)>? others = null) => new(
    [
        ("generator", Environment.ProcessId), ("postgres", server.ProcessId!.Value),
        .. City.Processes.Where(process => process.ProcessId is not null).Select(process => (process is Sidecar ? "sidecars" : process.Name, process.ProcessId!.Value)),
        .. others ?? [],
    ]);

    /// <summary>The client's history against the journal, and the audit; what is wrong, if anything.</summary>
    public async Task<List<string>> Check(CancellationToken stop)
    {
        Progress.Say($"comparing {History.Settled} answers with the journal");
        var faults = await JournalCheck.Run(Ledger, SandboxInstitution.Acquirer, Run, History, Engine.Operations, stop);
        Progress.Say($"auditing the ledger");
        await using var ledger = NpgsqlDataSource.Create(Ledger);
        var audit = await LedgerAudit.Run(ledger, new AuditOptions(), progress: null, stop);
        if (!audit.IsRight) faults.Add($"The audit finds: {audit.Finding}");
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(parts)) part.Dispose();
        await City.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task Prepare(string script, CancellationToken stop)
    {
        var http = Keep(new HttpClient());
        var (acquiring, wallets) = (City[ServiceKind.Acquiring], City[ServiceKind.Wallets]);
        var acquirer = Keep((await BenchSession.Open(http, City, SandboxInstitution.Acquirer, stop)).SignerFor(acquiring.Url));
        var operatorA = Keep((await BenchSession.Open(http, City, SandboxInstitution.OperatorA, stop)).SignerFor(wallets.Url));
        using var operatorB = (await BenchSession.Open(http, City, SandboxInstitution.OperatorB, stop)).SignerFor(wallets.Url);
        using var acquirerKey = BenchSession.OwnKey(City, SandboxInstitution.Acquirer);
        var prepared = await new CitySetup(wallets.Url, new SignedHttpClient(http, acquiring.Url, acquirerKey), operatorA, operatorB).Run(stop);
        IScript operations = script == "pay-code"
            ? new PayCodeScript(prepared, operatorA, acquirer, Run, History)
            : new TokenPaymentScript(prepared, acquirer, Run, script == "hot-merchant" ? 0.9 : 0, History);
        Engine = Keep(new LoadEngine(operations, script == "pay-code" ? [wallets.Url, acquiring.Url] : [acquiring.Url], Connections));
    }

    private T Keep<T>(T part) where T : IDisposable
    {
        parts.Add(part);
        return part;
    }
}
