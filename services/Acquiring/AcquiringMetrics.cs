using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ecny.Acquiring.Payments;
using Ecny.Contracts.Ledger;
using Ecny.Contracts.Telemetry;

namespace Ecny.Acquiring;

/// <summary>What an SRE sees of this service. The latency of the ledger is measured by its client.</summary>
public static class AcquiringMetrics
{
    private static readonly Counter<long> Payments = EcnyTelemetry.Meter.CreateCounter<long>("ecny.acquiring.payments", "{payment}", "Payments by method, outcome and decline code");
    private static long _unresolved;

    static AcquiringMetrics() =>
        EcnyTelemetry.Meter.CreateObservableGauge("ecny.acquiring.unresolved", () => Interlocked.Read(ref _unresolved), "{attempt}", "Attempts answered 202 that the ledger has not decided yet");

    /// <summary>Attempts answered 202 and not decided, as of the last look.</summary>
    public static long Unresolved { set => Interlocked.Exchange(ref _unresolved, value); }

    public static void Payment(PaymentMethod method, LedgerOutcome outcome)
    {
        if (!Payments.Enabled) return;
        var tags = new TagList { { "method", method.ToString() }, { "outcome", outcome.Status.ToString() } };
        if (outcome.Code != DeclineCode.None) tags.Add("code", outcome.Code.ToString());
        Payments.Add(1, tags);
    }
}
