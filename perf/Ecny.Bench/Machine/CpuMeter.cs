using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Ecny.Bench.Machine;

/// <summary>Processor time of each process during a phase: where the machine's limit is. Processes of one name count together.</summary>
internal sealed class CpuMeter(IReadOnlyList<(string Name, int Pid)> processes)
{
    private readonly Dictionary<int, CpuTimes> before = [];
    private long since;

    public void Start()
    {
        foreach (var (name, pid) in processes) before[pid] = Read(name, pid);
        since = Stopwatch.GetTimestamp();
    }

    /// <summary>Microseconds of each process for one operation, and how much of the machine was busy with all of them.</summary>
    public JsonObject Stop(long operations)
    {
        var elapsed = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var used = processes.GroupBy(process => process.Name, process => Read(process.Name, process.Pid).Since(before[process.Pid])).ToList();
        var json = new JsonObject();
        foreach (var process in used) json[$"{process.Key}CpuMicros"] = Math.Round(process.Sum() * 1e6 / operations, 1);
        json["machineBusyPercent"] = Math.Round(100 * used.Sum(process => process.Sum()) / (elapsed * Environment.ProcessorCount), 1);
        return json;
    }

    /// <summary>PostgreSQL is a server and its backends; the others are one process each, whatever they have started.</summary>
    private static CpuTimes Read(string name, int pid) => name == "postgres" ? CpuTimes.OfTree(pid) : CpuTimes.Of(pid);
}
