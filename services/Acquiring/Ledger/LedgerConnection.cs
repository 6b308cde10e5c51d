using Ecny.Contracts.Ledger;
using Orleans.Configuration;

namespace Ecny.Acquiring.Ledger;

/// <summary>
/// The Orleans client, started beside the service and not before it: acquiring listens, answers questions about merchants and refuses payments
/// with 503 while no silo was ever seen, and pays as soon as one is there. A silo that goes away later is found again by the client itself.
/// </summary>
public sealed partial class LedgerConnection(IConfiguration configuration, ILoggerFactory logs, ILogger<LedgerConnection> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private volatile IGrainFactory? grains;

    /// <exception cref="ShardUnavailableException">No silo was seen yet: nothing was sent.</exception>
    public ILedgerShard Shard(int shard) =>
        (grains ?? throw new ShardUnavailableException("No silo was seen yet.")).GetGrain<ILedgerShard>(shard);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var services = Client();
            await using (services)
            {
                var hosted = services.GetServices<IHostedService>().ToList();
                try
                {
                    foreach (var service in hosted) await service.StartAsync(stoppingToken);
                    grains = services.GetRequiredService<IClusterClient>();
                    LogConnected();
                    await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    foreach (var service in hosted) await service.StopAsync(CancellationToken.None);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // Whatever went wrong (database away, no gateway yet): begin again with a new client.
                    LogRetry(e);
                    await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private ServiceProvider Client()
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton(logs);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddOrleansClient(client =>
        {
            client.UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = configuration.GetConnectionString("Orleans");
            });
            client.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = configuration["Ecny:Orleans:ClusterId"] ?? "ecny";
                options.ServiceId = "ecny";
            });
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = configuration.GetValue("Ecny:LedgerClient:Timeout", TimeSpan.FromSeconds(5)));
            client.UseConnectionRetryFilter(async (_, stop) =>
            {
                await Task.Delay(RetryAfter, stop);
                return true;
            });
            client.AddActivityPropagation();
        });
        return services.BuildServiceProvider();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The ledger's silo is reached")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger's silo cannot be reached yet")]
    private partial void LogRetry(Exception reason);
}
