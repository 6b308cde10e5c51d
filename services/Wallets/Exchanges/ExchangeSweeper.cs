namespace Ecny.Wallets.Exchanges;

/// <summary>Brings exchanges to their end that a crash, a slow bank or an unknown outcome left open.</summary>
public sealed class ExchangeSweeper(ExchangeStore store, ExchangeService service, TimeProvider time, ILogger<ExchangeSweeper> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Sweep(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("The sweeper of exchanges stops; what is open is found at the next start.");
        }
    }

    private async Task Sweep(CancellationToken stop)
    {
        try
        {
            var taken = AtOnce;
            while (taken == AtOnce && !stop.IsCancellationRequested)
            {
                var due = await store.TakeDue(AtOnce);
                taken = due.Count;
                await Task.WhenAll(due.Select(exchange => service.Advance(exchange, stop)));
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogWarning(e, "Open exchanges could not be looked at; trying again.");
        }
    }
}
