using Ecny.Ledger.Audit;
using Ecny.Ledger.Receipts;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Sandbox;
using Npgsql;

namespace Ecny.Local.Chaos;

/// <summary>A city under load that is there to be broken, with its own PostgreSQL, and with the judgement about what its clients were told.</summary>
public sealed class ChaosCity : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private long _before;
    private int _further;

    private ChaosCity(LocalPostgres postgres) => Postgres = postgres;

    /// <summary>The server that is the primary now.</summary>
    public LocalPostgres Postgres { get; set; }

    /// <summary>The primary's standby, or null for a city without.</summary>
    public LocalPostgres? Standby { get; private set; }

    /// <summary>Between the services and PostgreSQL; null for a city with a standby.</summary>
    public TcpProxy? Network { get; private set; }

    public LocalCity Services { get; private set; } = null!;

    public ChaosLoad Load { get; private set; } = null!;

    /// <summary>All services, all their connections through <see cref="Network"/>.</summary>
    public static Task<ChaosCity> Start(int rate, int seed, CancellationToken cancel) => Start(PostgresOptions.Temporary(durable: true), rate, seed, cancel);

    /// <summary>As <see cref="Start(int, int, CancellationToken)"/>, on a PostgreSQL of the caller's choice, which ends with the city.</summary>
    public static Task<ChaosCity> Start(PostgresOptions options, int rate, int seed, CancellationToken cancel) => Start(options, withStandby: false, rate, seed, cancel);

    /// <summary>Wallets and Acquiring on a primary with a synchronous standby, without which payments must be refused.</summary>
    public static Task<ChaosCity> StartWithStandby(int rate, int seed, CancellationToken cancel) => Start(PostgresOptions.Temporary(durable: true), withStandby: true, rate, seed, cancel);

    /// <summary>A further wallet service under the cluster id of the first one, or another; not started.</summary>
    public CityService AddWallets(string? clusterId) => Services.AddFurther(
        $"wallets-{++_further}", ServiceKind.Wallets, clusterId is null ? new Dictionary<string, string?>() : new Dictionary<string, string?> { ["Ecny:Orleans:ClusterId"] = clusterId });

    /// <summary>Something that ends with the city, after its services.</summary>
    public void Own(IAsyncDisposable thing) => _owned.Add(thing);

    /// <summary>Lets the load end, and holds its history and the whole ledger against the journal.</summary>
    public async Task<ChaosVerdict> Judge(CancellationToken cancel)
    {
        await Load.Stop();
        await using var ledger = OpenLedger();
        var reconciler = new HistoryReconciler();
        foreach (var record in Load.Records) reconciler.Add(record);
        var history = await reconciler.Run(ledger, 0, _before, complete: true, cancel);
        var options = new AuditOptions
        {
            Salts = new ReceiptSalts(Convert.FromBase64String(Services.Secrets.ReceiptSaltKey)),
            Keys = [CheckpointPublicKey.Parse(await File.ReadAllTextAsync(Path.Combine(Services.Options.Folder, CitySecrets.CheckpointPublicKeyFile), cancel))],
        };
        var audit = await LedgerAudit.Run(ledger, options, null, cancel);
        return ChaosVerdict.Of(Load, history, audit);
    }

    public async ValueTask DisposeAsync()
    {
        Load?.Dispose();
        if (Services is not null) await Services.DisposeAsync();
        foreach (var thing in Enumerable.Reverse(_owned)) await thing.DisposeAsync();
    }

    private static async Task<ChaosCity> Start(PostgresOptions options, bool withStandby, int rate, int seed, CancellationToken cancel)
    {
        var postgres = await LocalPostgres.Open(options, cancel);
        var city = new ChaosCity(postgres);
        city.Own(postgres);
        try
        {
            var settings = new Dictionary<string, string?>();
            var connection = new NpgsqlConnectionStringBuilder(postgres.ConnectionString());
            if (withStandby)
            {
                city.Standby = await postgres.AddStandby("second", synchronous: true, cancel);
                city.Own(city.Standby);
                (connection.Host, settings["Ecny:Ledger:RequireSynchronousStandby"]) = ($"127.0.0.1:{postgres.Port},127.0.0.1:{city.Standby.Port}", "true");
            }
            else
            {
                city.Network = new TcpProxy(postgres.Port, 0);
                city.Own(city.Network);
                connection.Port = city.Network.Port;
            }
            ServiceKind[] kinds = withStandby ? [ServiceKind.Acquiring, ServiceKind.Wallets] : [.. ServiceKinds.All];
            city.Services = await LocalCity.StartTemporary(new DatabaseServer(connection.ConnectionString), settings, kinds, cancel: cancel);
            string file = Path.Combine(city.Services.Options.Folder, "sandbox.json");
            (await SandboxSeed.Plant(city.Services, cancel)).Save(file);
            city.Load = new ChaosLoad(SandboxFile.Load(file), rate, seed);
            await city.Load.Prepare(cancel);
            city._before = await city.Head(cancel);
            city.Load.Start();
            return city;
        }
        catch
        {
            await city.DisposeAsync();
            throw;
        }
    }

    // A server that was killed leaves dead connections in a pool.
    private NpgsqlDataSource OpenLedger() => NpgsqlDataSource.Create($"{Postgres.ConnectionString(ServiceKind.Wallets.Database())};Pooling=false");

    private async Task<long> Head(CancellationToken cancel)
    {
        await using var ledger = OpenLedger();
        await using var command = ledger.CreateCommand("SELECT COALESCE(MAX(seq), 0) FROM ledger.journal WHERE shard = 0");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
