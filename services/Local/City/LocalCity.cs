using Ecny.Local.Events;
using Ecny.Local.Processes;

namespace Ecny.Local.City;

/// <summary>
/// The five services on this machine, each a process of its own, with their databases, keys and ports. The launcher, the tests, the
/// benchmarks and the drills all use it. Not for use from several threads at once.
/// </summary>
public sealed class LocalCity : IAsyncDisposable
{
    private readonly List<CityService> _services = [];
    private readonly LifeGuard? _guard;
    private readonly EventPorts _eventPorts;

    private LocalCity(CityOptions options, CitySecrets secrets, CityPorts ports)
    {
        Options = options;
        Secrets = secrets;
        Ports = ports;
        _eventPorts = EventPorts.Remember(options.Folder);
        foreach (ServiceKind kind in ServiceKinds.All)
        {
            Add(kind.Name(), kind, ServiceSettings.Of(kind, options, secrets, ports, EventSettings.Of(kind, options.Events, _eventPorts, secrets)));
        }

        if (options.Events is { } events)
        {
            Broker = events.Kafka is null ? new BrokerProcess(options.Folder, _eventPorts.Broker) : null;
            Relay = new CityService("relay", ServiceKind.Wallets, options.Folder,
                ServiceSettings.Of(ServiceKind.Wallets, options, secrets, ports, EventSettings.OfRelay(events, _eventPorts, secrets, options.Databases)));
            Sidecars = events.Sidecars ? [.. _eventPorts.Sidecars.Select(pair => SidecarOf(pair.Key, pair.Value, events))] : [];
        }

        _guard = options.EndsWithThisProcess ? LifeGuard.Start(options.Folder) : null;
    }

    /// <summary>How the city was opened.</summary>
    public CityOptions Options { get; }

    /// <summary>Its secrets.</summary>
    public CitySecrets Secrets { get; }

    /// <summary>Its ports.</summary>
    public CityPorts Ports { get; }

    /// <summary>Its service processes, whether they run or not.</summary>
    public IReadOnlyList<CityService> Services => _services;

    /// <summary>The embedded broker; null with a real Kafka, and where nothing carries events.</summary>
    public BrokerProcess? Broker { get; }

    /// <summary>The process that tells the journal; null where nothing carries events.</summary>
    public CityService? Relay { get; }

    /// <summary>The sidecars, where events go through such.</summary>
    public IReadOnlyList<Sidecar> Sidecars { get; } = [];

    /// <summary>All processes: the services, and what carries their events.</summary>
    public IEnumerable<CityProcess> Processes => [.. _services, .. new CityProcess?[] { Relay, Broker }.OfType<CityProcess>(), .. Sidecars];

    /// <summary>The first service of a kind.</summary>
    public CityService this[ServiceKind kind] => _services.First(service => service.Kind == kind);

    /// <summary>A service by its name.</summary>
    public CityService this[string name] => _services.First(service => service.Name == name);

    /// <summary>Reads or makes keys and ports; starts nothing. Processes of an earlier run are found by their pid files.</summary>
    public static LocalCity Open(CityOptions options)
    {
        CitySecrets secrets = CitySecrets.LoadOrMake(options.Folder);
        PrivateFile.MakeFolder(Path.Combine(options.Folder, "run"));
        PrivateFile.MakeFolder(Path.Combine(options.Folder, "logs"));
        return new LocalCity(options, secrets, CityPorts.Remember(options.Folder, options.PortBase));
    }

    /// <summary>A city for a test or a measurement: own folder, free ports, gone with this process. All five services (or those named) are ready when it returns.</summary>
    public static async Task<LocalCity> StartTemporary(
        Postgres.DatabaseServer databases,
        IReadOnlyDictionary<string, string?>? settings = null,
        IReadOnlyCollection<ServiceKind>? only = null,
        CityEvents? events = null,
        IReadOnlyDictionary<ServiceKind, IReadOnlyDictionary<string, string?>>? settingsOf = null,
        CancellationToken cancel = default)
    {
        LocalCity city = Open(new CityOptions
        {
            Folder = Path.Combine(Path.GetTempPath(), $"ecny-city-{Guid.NewGuid():N}"),
            Databases = databases,
            EndsWithThisProcess = true,
            Events = events,
            Settings = settings ?? new Dictionary<string, string?>(),
            SettingsOf = settingsOf ?? new Dictionary<ServiceKind, IReadOnlyDictionary<string, string?>>(),
        });
        try
        {
            await databases.Create(ServiceKinds.Databases, cancel);
            await city.StartAll(only ?? ServiceKinds.All, cancel);
            return city;
        }
        catch
        {
            await city.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further process of a kind, e.g. a second silo on the same ledger. It is not started yet.</summary>
    /// <param name="name">A name of its own.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="settings">Configuration keys that differ from the first one's.</param>
    public CityService AddFurther(string name, ServiceKind kind, IReadOnlyDictionary<string, string?> settings)
    {
        int[] free = FreePort.Take(3);
        var ports = new CityPorts([.. ServiceKinds.All.Select(other => other == kind ? free[0] : Ports.Http[(int)other])], free[1], free[2]);
        // One of a kind has the sidecar; further ones reach the same topics by themselves.
        CityEvents? events = Options.Events is { } shared ? shared with { Sidecars = false } : null;
        IReadOnlyDictionary<string, string> first = ServiceSettings.Of(kind, Options, Secrets, ports, EventSettings.Of(kind, events, _eventPorts, Secrets));
        return Add(name, kind, ServiceSettings.Merge(first.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)), settings));
    }

    /// <summary>
    /// Starts what does not run of these services and of what carries events, and waits until they are ready. Sidecars need their broker; where that is away they
    /// come when it does, and the services do not wait for them.
    /// </summary>
    /// <returns>The sidecars that are not ready yet.</returns>
    public async Task<IReadOnlyList<Sidecar>> StartAll(IReadOnlyCollection<ServiceKind> kinds, CancellationToken cancel = default)
    {
        Broker?.Start();
        Relay?.Start();
        Task services = Start(kinds, cancel);
        if (Broker is not null)
        {
            await Broker.WaitReady(TimeSpan.FromSeconds(20), cancel);
        }

        Sidecar[] wanted = [.. Sidecars.Where(sidecar => sidecar.Serves(kinds))];
        foreach (Sidecar sidecar in wanted)
        {
            sidecar.Start();
        }

        await services;
        await (Relay?.WaitReady(TimeSpan.FromSeconds(60), cancel) ?? Task.CompletedTask);
        bool[] ready = await Task.WhenAll(wanted.Select(sidecar => sidecar.BecomesReady(TimeSpan.FromSeconds(15), cancel)));
        return [.. wanted.Where((_, i) => !ready[i])];
    }

    /// <summary>Starts those that do not run, all at the same time, and waits until they are ready.</summary>
    public async Task Start(IEnumerable<ServiceKind> kinds, CancellationToken cancel = default)
    {
        CityService[] wanted = [.. kinds.Select(kind => this[kind])];
        foreach (CityService service in wanted)
        {
            service.Start();
        }

        await Task.WhenAll(wanted.Select(service => service.WaitReady(TimeSpan.FromSeconds(90), cancel)));
    }

    /// <summary>Stops everything gracefully: first what takes requests, then the ledger and what carries its journal, the broker last.</summary>
    public async Task Stop(CancellationToken cancel = default)
    {
        foreach (IEnumerable<CityProcess> group in Processes.GroupBy(Turn).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(process => process.Stop(TimeSpan.FromSeconds(30), cancel)));
        }

        static int Turn(CityProcess process) => process switch
        {
            BrokerProcess => 2,
            Sidecar or CityService { Kind: ServiceKind.Wallets } => 1,
            _ => 0,
        };
    }

    /// <summary>Kills the services of a city that ends with this process and removes its folder; leaves any other alone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            await Task.WhenAll(Processes.Select(process => process.End()));
            _guard.Dispose();
        }
    }

    private Sidecar SidecarOf(string application, SidecarPorts ports, CityEvents events) => new(
        $"{application}-sidecar",
        application,
        Options.Folder,
        ports,
        Sidecar.Resources,
        Sidecar.Environment(
            EventSettings.Bootstrap(events, _eventPorts),
            isEmbedded: events.Kafka is null,
            EventSettings.Token(application, "api", Secrets),
            EventSettings.Token(application, "app", Secrets)));

    private CityService Add(string name, ServiceKind kind, IReadOnlyDictionary<string, string> environment)
    {
        var service = new CityService(name, kind, Options.Folder, environment);
        _services.Add(service);
        return service;
    }
}
