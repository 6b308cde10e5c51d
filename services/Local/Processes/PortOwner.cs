using System.Globalization;

namespace Ecny.Local.Processes;

/// <summary>Finds out who listens on a port, as far as this user may see it.</summary>
public static class PortOwner
{
    /// <summary>"name (process 123)", or "another program" when the process cannot be seen.</summary>
    public static string Describe(int port)
    {
        string[] sockets = [.. Inodes(port).Select(inode => $"socket:[{inode}]")];
        foreach (string folder in sockets.Length == 0 ? [] : Directory.EnumerateDirectories("/proc"))
        {
            string id = Path.GetFileName(folder);
            if (id.All(char.IsAsciiDigit) && Holds(Path.Combine(folder, "fd"), sockets))
            {
                return $"{File.ReadAllText(Path.Combine(folder, "comm")).Trim()} (process {id})";
            }
        }

        return "another program";
    }

    private static IEnumerable<string> Inodes(int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        const string listening = "0A";
        foreach (string table in new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists))
        {
            foreach (string line in File.ReadLines(table).Skip(1))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == listening)
                {
                    yield return fields[9];
                }
            }
        }
    }

    private static bool Holds(string folder, string[] sockets)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Any(file => sockets.Contains(new FileInfo(file).LinkTarget));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process ended meanwhile, or belongs to another user: it is not one that we could name.
            return false;
        }
    }
}
