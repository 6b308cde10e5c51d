namespace Ecny.Local.Processes;

/// <summary>What /proc says about processes.</summary>
public static class ProcessTable
{
    /// <summary>
    /// When the process started, in clock ticks since boot, or null when it is gone (a zombie counts as gone). Id and start time together name a
    /// process for good: ids are used again, so an id from a file is never trusted without its start time.
    /// </summary>
    public static long? StartTime(int pid) =>
        Fields(pid) is { } fields && fields[0] is not ("Z" or "X") ? long.Parse(fields[19], null) : null;

    /// <summary>The ids of the process' direct children.</summary>
    public static IReadOnlyList<int> Children(int pid)
    {
        List<int> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Fields(id) is { } fields && int.Parse(fields[1], null) == pid)
            {
                children.Add(id);
            }
        }

        return children;
    }

    /// <summary>Resident memory in MiB, 0 when the process is gone.</summary>
    public static long ResidentMiB(int pid) =>
        Fields(pid) is { } fields ? long.Parse(fields[21], null) * Environment.SystemPageSize / (1024 * 1024) : 0;

    // Fields of /proc/PID/stat after the name: the name may hold blanks and brackets, so cut behind the last bracket.
    private static string[]? Fields(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
