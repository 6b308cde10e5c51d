using System.Globalization;

namespace Ecny.Bench.Machine;

/// <summary>CPU seconds and memory of processes, from /proc: what a payment costs each of them.</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed by the kernel's interface

    /// <summary>User and system time of a process in seconds; 0 when it is gone.</summary>
    public static double CpuSeconds(int pid) => Stat(pid) is { } fields ? Seconds(fields, 11) : 0;

    /// <summary>Seconds of the children of a process that have ended.</summary>
    public static double EndedChildrenSeconds(int pid) => Stat(pid) is { } fields ? Seconds(fields, 13) : 0;

    /// <summary>Seconds of each child of a process that is alive.</summary>
    public static Dictionary<int, double> ChildrenSeconds(int parent)
    {
        var children = new Dictionary<int, double>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } fields
                && int.Parse(fields[1], CultureInfo.InvariantCulture) == parent)
                children[pid] = Seconds(fields, 11);
        return children;
    }

    /// <summary>Resident MiB now and at its highest.</summary>
    public static (double Now, double Peak) MemoryMiB(int pid)
    {
        double now = 0, peak = 0;
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) now = KiB(line) / 1024.0;
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) peak = KiB(line) / 1024.0;
        }
        return (now, peak);
    }

    /// <summary>User and system time, which are neighbours in the list.</summary>
    private static double Seconds(string[] fields, int at) =>
        (long.Parse(fields[at], CultureInfo.InvariantCulture) + long.Parse(fields[at + 1], CultureInfo.InvariantCulture)) / TicksPerSecond;

    private static long KiB(string line) => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>Fields of /proc/pid/stat after the command's name (which may hold blanks): state is [0], parent [1], utime [11], stime [12], those of ended children [13] and [14].</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it ended between listing and reading
        }
    }
}
