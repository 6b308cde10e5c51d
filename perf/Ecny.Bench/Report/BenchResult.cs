using System.Text.Json.Nodes;

namespace Ecny.Bench.Report;

/// <summary>One benchmark's outcome; as JSON it is the last line of <c>./ecny bench NAME --json</c> and a file under perf/results.</summary>
internal sealed record BenchResult
{
    public required string Name { get; init; }
    public required JsonObject Settings { get; init; }
    /// <summary>perSecond: highest sustained rate; p50Ms and p99Ms at 70 % of it; memoryMiB; seconds: what the run took, preparation included.</summary>
    public required JsonObject Figures { get; init; }
    /// <summary>The same names for what it is compared with; empty where there is nothing to compare with.</summary>
    public JsonObject Baseline { get; init; } = [];
    /// <summary>Reasons for which the run does not count; empty when it does.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public JsonObject ToJson(MachineFacts machine, string commit)
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["commit"] = commit,
            ["machine"] = new JsonObject { ["cores"] = machine.Cores, ["memory"] = machine.Memory, ["disk"] = machine.Disk },
            ["settings"] = Settings.DeepClone(),
            ["figures"] = Figures.DeepClone(),
            ["baseline"] = Baseline.DeepClone(),
        };
        if (Faults.Count > 0) json["faults"] = new JsonArray([.. Faults.Select(f => JsonValue.Create(f))]);
        return json;
    }
}
