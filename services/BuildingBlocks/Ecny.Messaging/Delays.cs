using System.Diagnostics.Metrics;

namespace Ecny.Messaging;

/// <summary>Buckets for delays of events in seconds: fine where the promises lie (50, 200 and 500 ms), coarse where something is away.</summary>
internal static class Delays
{
    public static InstrumentAdvice<double> Advice { get; } =
        new() { HistogramBucketBoundaries = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600] };
}
