using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;
using Ecny.Ledger.Audit;

namespace Ecny.Wallets.Audit;

/// <summary>
/// Runs the continuous audit beside the ledger. What it finds is an alarm for people: the ledger goes on, because every commit is checked by itself,
/// and the audit stands at the finding until somebody has looked.
/// </summary>
public sealed class AuditWatch(ContinuousAudit audit, TimeProvider time, ILogger<AuditWatch> logger) : BackgroundService
{
    private static readonly TimeSpan AfterFinding = TimeSpan.FromMinutes(1), AfterFailure = TimeSpan.FromSeconds(5);
    private static readonly Gauge<long> Behind = EcnyTelemetry.Meter.CreateGauge<long>("ecny.audit.behind", "{entry}", "Journal entries not audited yet");
    private static readonly Gauge<int> Findings = EcnyTelemetry.Meter.CreateGauge<int>("ecny.audit.findings", "{finding}", "1 while the audit stands at a finding");

    private readonly AuditPace pace = new();
    private long begun = time.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            await Task.Delay(await Step(stoppingToken), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<TimeSpan> Step(CancellationToken stop)
    {
        try
        {
            var (last, now) = (begun, time.GetTimestamp());
            begun = now;
            var step = await audit.Step(stop);
            // Whoever stands by has nothing to say about the lag.
            if (step.Head > 0) Behind.Record(step.Behind);
            Findings.Record(step.Finding is null ? 0 : 1);
            if (step.Finding is { } finding)
            {
                logger.LogCritical("The audit found {Finding}", finding);
                return AfterFinding;
            }
            return pace.After(step, took: time.GetElapsedTime(now), sinceLast: time.GetElapsedTime(last, now));
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogWarning(e, "The audit could not go on; trying again");
            return AfterFailure;
        }
        catch (OperationCanceledException)
        {
            return AfterFailure;
        }
    }
}
