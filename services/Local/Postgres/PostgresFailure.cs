using Ecny.Local.Processes;

namespace Ecny.Local.Postgres;

/// <summary>Turns a failed start of PostgreSQL into one sentence that says what to do.</summary>
internal static class PostgresFailure
{
    /// <summary>The sentence; <paramref name="port"/> is null while the data folder is being made.</summary>
    public static string Explain(string logFile, int? port, ProgramResult result)
    {
        string log = File.Exists(logFile) ? string.Join('\n', File.ReadLines(logFile).TakeLast(20)) : "";
        string all = $"{result.Output}\n{result.Error}\n{log}";
        if (all.Contains("No space left on device", StringComparison.Ordinal))
        {
            return $"The disk of {Path.GetDirectoryName(logFile)} is full: free some space and run the command again.";
        }

        if (port is not null && all.Contains("Address already in use", StringComparison.Ordinal))
        {
            return $"PostgreSQL cannot listen on 127.0.0.1:{port}, the port is in use: stop what uses it.";
        }

        if (all.Contains("could not access directory", StringComparison.Ordinal) || all.Contains("Permission denied", StringComparison.Ordinal))
        {
            return $"PostgreSQL's user cannot reach {Path.GetDirectoryName(logFile)}: choose a folder whose parents everybody may enter. ({result.Tail})";
        }

        string last = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal)) ?? result.Tail;
        return $"PostgreSQL did not start: {last} Its log: {logFile}";
    }
}
