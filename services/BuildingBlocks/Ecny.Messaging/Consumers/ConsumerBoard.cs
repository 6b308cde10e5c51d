using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;

namespace Ecny.Messaging;

/// <summary>All consumers of this process: for pages, and as gauges.</summary>
public sealed class ConsumerBoard
{
    private readonly ConcurrentQueue<ConsumerMeter> meters = new();

    public ConsumerBoard()
    {
        EcnyTelemetry.Meter.CreateObservableGauge("ecny.consumer.lag", () => Measure(status => status.LagEntries), "{entry}", "Entries of the journal not yet taken");
        EcnyTelemetry.Meter.CreateObservableGauge("ecny.consumer.lag.time", () => Measure(status => status.LagSeconds), "s", "Age of the last entry taken while there are newer ones");
        EcnyTelemetry.Meter.CreateObservableGauge("ecny.consumer.halted", () => Measure(status => status.State == ConsumerState.Halted ? 1 : 0), "{consumer}", "1 while it stands before an entry");
    }

    /// <summary>Where each stands.</summary>
    public IReadOnlyList<ConsumerStatus> Statuses => [.. meters.Select(meter => meter.Status)];

    internal void Add(ConsumerMeter meter) => meters.Enqueue(meter);

    private IEnumerable<Measurement<T>> Measure<T>(Func<ConsumerStatus, T> value) where T : struct => meters.Select(meter => new Measurement<T>(value(meter.Status), meter.Tags));
}
