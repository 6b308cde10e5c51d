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

    /// <summary>The process' arguments, its program first; none when it is gone.</summary>
    public static IReadOnlyList<string> CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return [];
        }
    }

    /// <summary>Whether any process of a user that this one may look at has the folder as its working directory.</summary>
    public static bool AnyWorksIn(string folder)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (Path.GetFileName(process).All(char.IsAsciiDigit) && new FileInfo(Path.Combine(process, "cwd")).LinkTarget == folder)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or belongs to another user: then it is none of ours.
                continue;
            }
        }

        return false;
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
