using Ecny.Client;
using Ecny.Client.Signing;

namespace Ecny.Monitoring.Health;

/// <summary>
/// Looks at every service that the configuration names (<c>Ecny:Monitoring:Services:NAME</c> = base address), with this service's own key. Services are asked
/// at the same time: one that hangs delays nothing but its own line.
/// </summary>
public sealed class ServiceWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    private readonly RequestSigner signer;
    private readonly TimeProvider time;
    private readonly List<ServiceProbe> probes;

    public ServiceWatch(IConfiguration configuration, TimeProvider time)
    {
        this.time = time;
        signer = RequestSigner.FromPem(configuration["Ecny:Service:KeyId"]!, File.ReadAllText(configuration["Ecny:Service:PrivateKeyFile"]!));
        probes = [.. configuration.GetSection("Ecny:Monitoring:Services").GetChildren()
            .Select(service => new ServiceProbe(service.Key, new SignedHttpClient(http, new Uri(service.Value!), signer), http, time))];
    }

    public IReadOnlyList<ServiceHealth> Services => [.. probes.Select(probe => probe.Health)];

    public IReadOnlyList<ConsumerLag> Consumers => [.. probes.SelectMany(probe => probe.Consumers).OrderBy(consumer => consumer.Consumer, StringComparer.Ordinal).ThenBy(consumer => consumer.Shard)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(probes.Select(probe => Watch(probe, stoppingToken)));

    private async Task Watch(ServiceProbe probe, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await probe.Ask(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        http.Dispose();
        signer.Dispose();
        base.Dispose();
    }
}
