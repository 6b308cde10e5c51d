namespace Ecny.Wallets.Codes;

/// <summary>Empties the idle slice of pay-code numbers in the middle of each minute, far from the minutes' borders: clocks may differ by seconds.</summary>
public sealed class PayCodeBroom(PayCodeStore store, TimeProvider time, ILogger<PayCodeBroom> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var done = -1;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = time.GetUtcNow();
                if (now.Second is < 15 or > 45 || done == now.Minute) continue;
                if (await Sweep(stoppingToken)) done = now.Minute;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogDebug("Old pay-code numbers are emptied by the next start.");
        }
    }

    private async Task<bool> Sweep(CancellationToken stop)
    {
        try
        {
            await store.EmptyNext(stop);
            return true;
        }
        catch (Npgsql.NpgsqlException e)
        {
            logger.LogWarning(e, "Old pay-code numbers could not be emptied; trying again.");
            return false;
        }
    }
}
