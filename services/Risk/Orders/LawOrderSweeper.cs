namespace Ecny.Risk.Orders;

/// <summary>Takes up orders that were begun and not finished: by a process that died, or because Wallets did not answer.</summary>
public sealed class LawOrderSweeper(LawOrderStore store, LawOrderExecution execution, TimeProvider time, ILogger<LawOrderSweeper> log) : BackgroundService
{
    private const int AtOnce = 50;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Younger ones are in the hands of the request that brought them.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Round(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("Open orders are found at the next start, or by another instance.");
        }
    }

    private async Task Round(CancellationToken stop)
    {
        try
        {
            foreach (var order in await store.Open((time.GetUtcNow() - Grace).UtcDateTime, AtOnce)) await execution.CarryOut(order, stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            log.LogWarning(e, "Open orders of law could not be looked at; trying again.");
        }
    }
}
