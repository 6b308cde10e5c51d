using System.Diagnostics;

namespace Ecny.Acquiring;

/// <summary>What a command carries of the request's trace.</summary>
public static class Tracing
{
    /// <summary>The W3C traceparent, only when the request is sampled.</summary>
    public static string? SampledParent() => Activity.Current is { Recorded: true } span ? span.Id : null;
}
