namespace Ecny.Wallets.Clustering;

/// <summary>Runs <see cref="DepartedSilos.Bury"/> before the silo joins: hosted services start in the order of their registration.</summary>
public sealed class BurialService(SiloSettings settings, ILogger<BurialService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var buried = await DepartedSilos.Bury(settings.ConnectionString, settings.ClusterId, settings.Address, cancellationToken);
        if (buried > 0) logger.LogInformation("{Count} silos that died on this machine were declared dead", buried);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
