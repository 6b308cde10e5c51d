using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ecny.Contracts.Telemetry;

/// <summary>Names and instances of the platform's activity source and meter, in one place.</summary>
public static class EcnyTelemetry
{
    /// <summary>Name of <see cref="Source"/> and <see cref="Meter"/>.</summary>
    public const string Name = "Ecny.Platform";

    /// <summary>Spans of the platform's own work: grain calls, batches, commits, pulls.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Counters and histograms; instrument names start with "ecny.".</summary>
    public static readonly Meter Meter = new(Name);
}
