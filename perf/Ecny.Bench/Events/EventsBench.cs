using System.Text.Json.Nodes;
using Ecny.Bench.Report;
using Ecny.Local.Events;
using Ecny.Local.Postgres;

namespace Ecny.Bench.Events;

/// <summary>
/// <c>bench events</c>: how long after its commit a payment is seen by each consumer, that is, its effect durable there; on the embedded broker, on three real brokers and
/// through real sidecars. The baseline has no broker: consumers ask every 150 ms.
/// </summary>
/// <param name="transport">One of <see cref="Transports"/>; null: all whose programs are there, and the baseline.</param>
internal sealed class EventsBench(string repository, string? transport, int seconds)
{
    private const int PerSecond = 3_000;
    private const string Baseline = "pull";

    public static IReadOnlyList<string> Transports { get; } = ["embedded", "kafka", "dapr", Baseline];

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        string[] chosen = transport is null ? [.. Transports.Where(one => Lacking(one) is null)] : [transport];
        var (figures, baseline, faults) = (new JsonObject(), new JsonObject(), new List<string>());
        foreach (var one in chosen)
        {
            if (Lacking(one) is { } program) throw new InvalidOperationException($"The program {program} is not on PATH: {one} needs it.");
            var run = await new EventsRun(repository, one, PerSecond, seconds).Run(stop);
            var into = one == Baseline ? baseline : figures;
            foreach (var (key, value) in run.Figures) into[key] = value!.DeepClone();
            faults.AddRange(run.Faults);
        }
        figures["seconds"] = Math.Round(Progress.Seconds);
        return new BenchResult
        {
            Name = "events",
            Settings = new JsonObject
            {
                ["perSecond"] = PerSecond, ["seconds"] = seconds, ["transports"] = string.Join(", ", chosen), ["brokers"] = "embedded: 1 process; kafka, dapr: 3, replication 3, min.insync 2",
                ["seen"] = "from the entry's commit to the commit of the consumer's effect, both as PostgreSQL keeps them (track_commit_timestamp)",
                ["relay"] = "from the entry's commit to its arrival at a further reader of the topic",
                ["fsync"] = "on", ["synchronousCommit"] = "on", ["sharedBuffersMiB"] = PostgresOptions.QuarterOfMemoryMiB,
            },
            Figures = figures,
            Baseline = baseline,
            Faults = faults,
        };
    }

    private static string? Lacking(string one) =>
        one is "kafka" or "dapr" && BenchKafka.Program is null ? "kafka"
        : one == "dapr" && Sidecar.Program is null ? "daprd"
        : null;
}
