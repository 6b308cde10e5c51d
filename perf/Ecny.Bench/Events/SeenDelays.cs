using Ecny.Bench.Load;

namespace Ecny.Bench.Events;

/// <summary>From the commit of each entry to what came of it.</summary>
internal static class SeenDelays
{
    /// <param name="commits">Of each entry, in order.</param>
    /// <param name="seen">In order; one covers all entries up to its sequence that none before it covers.</param>
    /// <returns>The delays, and how many entries nothing covers.</returns>
    public static (LatencyHistogram Delays, long Missing) Of(IReadOnlyList<Moment> commits, IReadOnlyList<Moment> seen)
    {
        var delays = new LatencyHistogram();
        var at = 0;
        foreach (var (seq, committed) in commits)
        {
            while (at < seen.Count && seen[at].Seq < seq) at++;
            if (at == seen.Count) break;
            delays.Record(seen[at].Micros - committed);
        }
        return (delays, commits.Count - delays.Count);
    }
}
