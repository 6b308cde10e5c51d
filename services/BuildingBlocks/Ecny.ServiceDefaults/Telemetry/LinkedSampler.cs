using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Ecny.ServiceDefaults.Telemetry;

/// <summary>
/// A root span that links to a sampled request (a batch, a commit) is sampled too: else most sampled requests would end before their commit.
/// Other roots are left to <paramref name="others"/>.
/// </summary>
internal sealed class LinkedSampler(Sampler others) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        foreach (var link in samplingParameters.Links ?? [])
            if ((link.Context.TraceFlags & ActivityTraceFlags.Recorded) != 0) return new SamplingResult(SamplingDecision.RecordAndSample);
        return others.ShouldSample(samplingParameters);
    }
}
