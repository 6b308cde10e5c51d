namespace Ecny.Wallets.Hosting;

/// <summary>Goes twice a second through what was left open, round after round while there is a full one. Any instance may: a round takes what no other has.</summary>
public abstract class Sweeper(int atOnce, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected TimeProvider Time { get; } = time;
    protected ILogger Log { get; } = logger;

    /// <summary>Takes at most as many as fit a round and brings them on; how many it took.</summary>
    protected abstract Task<int> Round(CancellationToken stop);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Sweep(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Log.LogDebug("What is open is found at the next start, or by another instance.");
        }
    }

    private async Task Sweep(CancellationToken stop)
    {
        try
        {
            var taken = atOnce;
            while (taken == atOnce && !stop.IsCancellationRequested) taken = await Round(stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.LogWarning(e, "What is open could not be looked at; trying again.");
        }
    }
}
