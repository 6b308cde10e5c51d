using Ecny.Ledger.Receipts;

namespace Ecny.Wallets.Receipts;

/// <summary>Keeps the receipt log up with the journal and signs a checkpoint about once a second, off the hot path. One instance works, the others stand by.</summary>
public sealed class ReceiptLogBuilder(ReceiptLog log, TimeProvider time, ILogger<ReceiptLogBuilder> logger) : BackgroundService
{
    // A receipt is due two seconds after the answer: every second step signs.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), AfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                if (await log.Advance(stoppingToken) >= log.FullStep) continue;
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
