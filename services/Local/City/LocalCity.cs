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

    private LocalCity(CityOptions options, CitySecrets secrets, CityPorts ports)
    {
        Options = options;
        Secrets = secrets;
        Ports = ports;
        foreach (ServiceKind kind in ServiceKinds.All)
        {
            Add(kind.Name(), kind, ServiceSettings.Of(kind, options, secrets, ports));
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
        CancellationToken cancel = default)
    {
        LocalCity city = Open(new CityOptions
        {
            Folder = Path.Combine(Path.GetTempPath(), $"ecny-city-{Guid.NewGuid():N}"),
            Databases = databases,
            EndsWithThisProcess = true,
            Settings = settings ?? new Dictionary<string, string?>(),
        });
        try
        {
            await databases.Create(ServiceKinds.Databases, cancel);
            await city.Start(only ?? ServiceKinds.All, cancel);
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
        IReadOnlyDictionary<string, string> first = ServiceSettings.Of(kind, Options, Secrets, ports);
        return Add(name, kind, ServiceSettings.Merge(first.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)), settings));
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

    /// <summary>Stops all services gracefully: first those that take requests, then the ledger that they ask.</summary>
    public async Task Stop(CancellationToken cancel = default)
    {
        foreach (IEnumerable<CityService> group in _services.GroupBy(service => service.Kind == ServiceKind.Wallets).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(service => service.Stop(TimeSpan.FromSeconds(30), cancel)));
        }
    }

    /// <summary>Kills the services of a city that ends with this process and removes its folder; leaves any other alone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            await Task.WhenAll(_services.Select(service => service.Kill9()));
            _guard.Dispose();
        }
    }

    private CityService Add(string name, ServiceKind kind, IReadOnlyDictionary<string, string> environment)
    {
        var service = new CityService(name, kind, Options.Folder, environment);
        _services.Add(service);
        return service;
    }
}
