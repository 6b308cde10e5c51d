using Ecny.Bench.Load;

namespace Ecny.Bench.Http;

/// <summary>What one phase of load did. Rates count what completed inside the phase's time; latencies cover every operation begun in it.</summary>
internal sealed class LoadPhase
{
    public LatencyHistogram Latency { get; } = new();
    public long Completed { get; set; }
    public long Failed { get; set; }
    public double Seconds { get; set; }
    /// <summary>Open loop only: the most operations that were due and waited for a free connection.</summary>
    public long WorstBacklog { get; set; }

    public double PerSecond => Completed / Seconds;
}
