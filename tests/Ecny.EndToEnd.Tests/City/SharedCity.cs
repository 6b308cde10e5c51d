using Ecny.Client.Signing;
using Ecny.EndToEnd.Tests.Telemetry;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Sandbox;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.City;

/// <summary>
/// One city of real processes for all tests that do not break it, started when the first of them asks. Its telemetry comes to this process; it
/// samples only what its caller has sampled.
/// </summary>
public sealed class SharedCity : IAsyncLifetime
{
    /// <summary>Between readiness turning false and the listener closing.</summary>
    public const int DrainSeconds = 2;

    private readonly Lazy<Task> _started;
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<IAsyncDisposable> _owned = [];

    public SharedCity() => _started = new(Start);

    public LocalCity Services { get; private set; } = null!;
    public SandboxFile Sandbox { get; private set; } = null!;
    public string SandboxPath => Path.Combine(Services.Options.Folder, "sandbox.json");
    public OtlpReceiver Telemetry { get; private set; } = null!;

    /// <summary>Returns when the city runs.</summary>
    public async Task<SharedCity> Running()
    {
        if (await PostgresBinaries.Find() is null) Requirements.Missing("postgres", PostgresBinaries.Advice);
        await _started.Value;
        return this;
    }

    /// <summary>An institution of this city, by session or, for weighty calls, with its own key.</summary>
    public CityCaller As(string institution) => new(this, _http, institution);

    /// <summary>The institution's own key.</summary>
    public RequestSigner Key(string institution) =>
        RequestSigner.FromPem($"{institution}-1", File.ReadAllText(Path.Combine(Services.Options.Folder, "keys", $"{institution}.pem")));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var thing in Enumerable.Reverse(_owned)) await thing.DisposeAsync();
    }

    private async Task Start()
    {
        Telemetry = await OtlpReceiver.Start();
        _owned.Add(Telemetry);
        var postgres = await LocalPostgres.Open(PostgresOptions.Temporary(durable: false));
        _owned.Add(postgres);
        Services = await LocalCity.StartTemporary(new DatabaseServer(postgres.ConnectionString()), new Dictionary<string, string?>
        {
            ["Ecny:Telemetry:SampleRatio"] = "0",
            ["Ecny:Shutdown:DrainSeconds"] = $"{DrainSeconds}",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        });
        _owned.Add(Services);
        Sandbox = await SandboxSeed.Plant(Services, CancellationToken.None);
        Sandbox.Save(SandboxPath);
    }
}
