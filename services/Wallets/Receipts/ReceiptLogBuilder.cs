using Ecny.Ledger.Receipts;

namespace Ecny.Wallets.Receipts;

/// <summary>Keeps the receipt log up with the journal and signs a checkpoint about once a second, off the hot path. One instance works, the others stand by.</summary>
public sealed class ReceiptLogBuilder(ReceiptLog log, TimeProvider time, ILogger<ReceiptLogBuilder> logger) : BackgroundService
{
    // Many small steps rather than few large ones: payments on the same processors wait for no step longer than some milliseconds.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), WhenIdle = TimeSpan.FromMilliseconds(250), AfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                var added = await log.Advance(stoppingToken);
                if (added >= log.FullStep) continue;
                if (added == 0) pause = WhenIdle;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "The receipt log could not be continued; trying again.");
                pause = AfterFailure;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
