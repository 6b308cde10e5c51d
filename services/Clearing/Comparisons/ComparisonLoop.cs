using Ecny.Contracts.Telemetry;
using Ecny.Messaging;
using System.Diagnostics.Metrics;

namespace Ecny.Clearing.Comparisons;

/// <summary>Compares every second, whether anybody asks or not; a difference is an alarm.</summary>
public sealed class ComparisonLoop(JournalComparison journal, AcquiringComparison acquiring, ClearingOptions options, TimeProvider time, ILogger<ComparisonLoop> log) : BackgroundService
{
    private static readonly Gauge<int> Differences = EcnyTelemetry.Meter.CreateGauge<int>("ecny.clearing.differences", "{difference}", "Differences between the books and the journal's own sums on days that changed last");
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private TimeSpan pause;
    private int alarmed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        pause = options.CompareEvery;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Step(stoppingToken);
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Step(CancellationToken stop)
    {
        try
        {
            var compared = await journal.Fresh(stop);
            Tell(compared);
            if (options.CompareAcquiring) await acquiring.Step(stop);
            // Behind: at once again.
            pause = compared.Results is null ? TimeSpan.FromMilliseconds(100) : options.CompareEvery;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (Failures.IsTransient(e))
        {
            if (pause <= options.CompareEvery) log.LogWarning("The books are not compared: {Reason}; trying again", e.Message);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(options.CompareEvery.Ticks, pause.Ticks) * 2));
        }
    }

    private void Tell(Compared compared)
    {
        if (compared.Results is not { } results) return;
        var count = results.Sum(result => result.Differences.Count);
        Differences.Record(count);
        if (count > 0 && alarmed == 0)
            log.LogCritical("The books differ from the journal's own sums: {Difference}, {Count} differences in all", results.SelectMany(result => result.Differences).First().Sentence, count);
        alarmed = count;
    }
}
