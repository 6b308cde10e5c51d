using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;

namespace Ecny.Acquiring.Notifications;

/// <summary>What an SRE sees of notifications.</summary>
public static class WebhookMetrics
{
    private static readonly Counter<long> Attempts = EcnyTelemetry.Meter.CreateCounter<long>("ecny.webhooks.attempts", "{attempt}", "Attempts to tell, by what came of them");
    private static readonly Counter<long> Given = EcnyTelemetry.Meter.CreateCounter<long>("ecny.webhooks.given_up", "{notification}", "Notifications given up after the whole schedule");
    private static readonly Histogram<double> Delay = EcnyTelemetry.Meter.CreateHistogram<double>("ecny.webhooks.delay", "s", "From finality to the attempt that was answered 2xx");

    public static void Sent(Attempt attempt, TimeSpan after)
    {
        if (attempt.Delivered) Delay.Record(after.TotalSeconds);
        Attempts.Add(1, new TagList { { "outcome", attempt.Error ?? "DELIVERED" } });
    }

    public static void GivenUp(int count)
    {
        if (count > 0) Given.Add(count);
    }
}
