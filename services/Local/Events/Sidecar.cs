using System.Diagnostics;
using System.Globalization;
using Ecny.Local.City;
using Ecny.Local.Processes;

namespace Ecny.Local.Events;

/// <summary>
/// A sidecar (program <c>daprd</c>) beside a service, with the very files that Kubernetes gets. A shell keeps it: a sidecar ends with its broker, or by itself, and is
/// started again after 1 … 15 s.
/// </summary>
public sealed class Sidecar : CityProcess
{
    /// <summary>The relay's application; the others' are their services' names.</summary>
    public const string RelayApplication = "wallets-relay";

    private const string Keeper = """
        file=$1; shift; pause=1
        trap 'kill "$child"; wait "$child"; rm -f "$file"; exit 0' TERM
        while :; do
          begun=$(date +%s)
          "$@" & child=$!
          echo "$child $(sed 's/.*) //' "/proc/$child/stat" | cut -d ' ' -f 20)" >"$file"
          wait "$child"
          [ $(($(date +%s) - begun)) -lt 60 ] || pause=1
          sleep "$pause" & child=$!
          wait "$child"
          [ "$pause" -ge 15 ] || pause=$((pause * 2))
        done
        """;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly string _application;
    private readonly SidecarPorts _ports;
    private readonly string _resources;
    private readonly string _childFile;
    private readonly PidFile _child;

    /// <param name="name">Unique in the city, and so the sidecar's name among several of one application.</param>
    /// <param name="application">Names it in scopes of components and subscriptions.</param>
    /// <param name="folder">The city's folder.</param>
    /// <param name="ports">Its ports.</param>
    /// <param name="resources">The folder of components and subscriptions.</param>
    /// <param name="environment">Brokers and tokens: <see cref="Environment"/>.</param>
    public Sidecar(string name, string application, string folder, SidecarPorts ports, string resources, IReadOnlyDictionary<string, string> environment)
        : base(name, folder, $"{name}-keeper", new Dictionary<string, string>(environment) { ["POD_NAME"] = name })
    {
        (_application, _ports, _resources) = (application, ports, resources);
        _childFile = Path.Combine(folder, "run", $"{name}.pid");
        _child = new PidFile(_childFile);
    }

    /// <summary>The components and subscriptions that ship.</summary>
    public static string Resources => Path.Combine(ServiceBinaries.Repository, "services", "BuildingBlocks", "Ecny.Messaging", "Dapr");

    /// <summary>The program, or null where it is not on PATH.</summary>
    public static string? Program => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "daprd")).FirstOrDefault(File.Exists);

    /// <summary>The sidecar itself; null while its keeper waits to start it again.</summary>
    public override int? ProcessId => _child.Running;

    public override int Port => _ports.Http;

    protected override string Script => Keeper;

    /// <summary>What a sidecar is told.</summary>
    /// <param name="brokers">host:port with commas.</param>
    /// <param name="isEmbedded">The embedded broker speaks an older protocol than its clients know.</param>
    public static IReadOnlyDictionary<string, string> Environment(string brokers, bool isEmbedded, string apiToken, string appToken) => new Dictionary<string, string>
    {
        ["ECNY_KAFKA_BROKERS"] = brokers,
        ["ECNY_KAFKA_VERSION"] = isEmbedded ? "2.3.0" : "3.0.0",
        ["DAPR_API_TOKEN"] = apiToken,
        ["APP_API_TOKEN"] = appToken,
    };

    /// <summary>Whether it stands beside one of these services; the relay's always counts.</summary>
    public bool Serves(IReadOnlyCollection<ServiceKind> kinds) => _application == RelayApplication || kinds.Any(kind => kind.Name() == _application);

    /// <summary>Waits until it is ready; false when that takes longer.</summary>
    public async Task<bool> BecomesReady(TimeSpan patience, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await IsReady(cancel))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                return false;
            }

            await Task.Delay(50, cancel);
        }

        return true;
    }

    /// <summary>kill -9 of the sidecar alone: its keeper starts it again.</summary>
    public override async Task Kill9(CancellationToken cancel = default)
    {
        int? killed = _child.Running;
        _child.Send(Signal.Kill);
        while (killed is not null && _child.Running == killed)
        {
            await Task.Delay(5, cancel);
        }
    }

    public override async Task End(CancellationToken cancel = default)
    {
        await base.End(cancel);
        await Kill9(cancel);
        File.Delete(_childFile);
    }

    protected override IReadOnlyList<string> CommandLine() =>
    [
        _childFile,
        Program ?? throw new LocalException("The program daprd is not on PATH: install the Dapr runtime (https://docs.dapr.io/getting-started/), or run without --dapr."),
        "--app-id", _application, "--resources-path", _resources, "--log-level", "warn", "--enable-metrics=false",
        "--app-port", Text(_ports.Events), "--app-protocol", "http",
        "--dapr-http-port", Text(_ports.Http), "--dapr-grpc-port", Text(_ports.Grpc), "--dapr-internal-grpc-port", Text(_ports.Internal),
        "--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1",
        "--placement-host-address", "", "--scheduler-host-address", "", "--dapr-graceful-shutdown-seconds", "1",
    ];

    protected override async Task<bool> Answers(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Text(_ports.Http)}/v1.0/healthz"), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            // Not listening yet.
            return false;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
