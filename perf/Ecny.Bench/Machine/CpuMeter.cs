using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ecny.Bench.Machine;

/// <summary>Processor time of each process during a phase: where the machine's limit is.</summary>
internal sealed class CpuMeter(IReadOnlyDictionary<string, int> processes)
{
    private readonly Dictionary<string, CpuTimes> before = [];
    private long since;

    public void Start()
    {
        foreach (var (name, pid) in processes) before[name] = Read(name, pid);
        since = Stopwatch.GetTimestamp();
    }

    /// <summary>Microseconds of each process for one operation, and how much of the machine was busy with all of them.</summary>
    public JsonObject Stop(long operations)
    {
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var all = 0.0;
        var json = new JsonObject();
        foreach (var (name, pid) in processes)
        {
            var used = Read(name, pid).Since(before[name]);
            all += used;
            json[$"{name}CpuMicros"] = Math.Round(used * 1e6 / operations, 1);
        }
        json["machineBusyPercent"] = Math.Round(100 * all / (elapsed * Environment.ProcessorCount), 1);
        return json;
    }

    /// <summary>PostgreSQL is a server and its backends; the others are one process each, whatever they have started.</summary>
    private static CpuTimes Read(string name, int pid) => name == "postgres" ? CpuTimes.OfTree(pid) : CpuTimes.Of(pid);
}
