using Ecny.Local.Processes;

namespace Ecny.Local.Postgres;

/// <summary>Turns a failed start of PostgreSQL into one sentence that says what to do.</summary>
internal static class PostgresFailure
{
    private const string NoSpace = "No space left on device";

    /// <summary>Why a server that nobody stopped does not run any more; null when its log does not say.</summary>
    public static string? ExplainEnd(string logFile)
    {
        string[] log = File.Exists(logFile) ? [.. File.ReadLines(logFile).TakeLast(50)] : [];
        int begin = Array.FindLastIndex(log, line => line.Contains("starting PostgreSQL", StringComparison.Ordinal)) + 1;
        string[] last = log[begin..];
        if (last.Length == 0 || last.Any(line => line.Contains("received fast shutdown request", StringComparison.Ordinal)))
        {
            return null;
        }

        return last.Any(line => line.Contains(NoSpace, StringComparison.Ordinal))
            ? $"PostgreSQL stopped because the disk of {Path.GetDirectoryName(logFile)} was full. Nothing that was answered is lost: free some space, then `./ecny up`."
            : last.LastOrDefault(line => line.Contains("PANIC", StringComparison.Ordinal)) is { } panic ? $"PostgreSQL stopped: {panic} Its log: {logFile}" : null;
    }

    /// <summary>The sentence; <paramref name="port"/> is null while the data folder is being made.</summary>
    public static string Explain(string logFile, int? port, ProgramResult result)
    {
        string log = File.Exists(logFile) ? string.Join('\n', File.ReadLines(logFile).TakeLast(20)) : "";
        string all = $"{result.Output}\n{result.Error}\n{log}";
        if (all.Contains(NoSpace, StringComparison.Ordinal))
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
