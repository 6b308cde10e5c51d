using System.Text.Json;
using Npgsql;
using Spectre.Console;

namespace Ecny.Local;

/// <summary>What went wrong, as one sentence on standard error. What is not listed here is a defect of ours and keeps its stack trace.</summary>
internal static class Complaint
{
    /// <summary>The exit code of a command that Ctrl-C ended.</summary>
    public const int Interrupted = 130;

    private static readonly IAnsiConsole Error = Create();

    /// <summary>The sentence for the person at the terminal, or null for a defect.</summary>
    public static string? About(Exception e) => e switch
    {
        LocalException => e.Message,
        IOException when e.Message.Contains("No space left", StringComparison.Ordinal) => $"The disk is full: free some space and run this again. ({e.Message})",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } full => $"The disk of PostgreSQL is full: free some space and run this again. ({full.MessageText})",
        UnauthorizedAccessException or IOException =>
            $"{e.Message.TrimEnd('.')}. Run this as the user who ran `./ecny up`, or name a folder of your own in ECNY_HOME.",
        JsonException => $"A file of this city is damaged ({e.Message}): `./ecny down --wipe` starts afresh.",
        PostgresException refused => $"PostgreSQL refused what was asked of it: {refused.MessageText}.",
        NpgsqlException => $"PostgreSQL cannot be reached: {e.Message.TrimEnd('.')}. `./ecny status` shows what runs.",
        HttpRequestException => $"A service did not answer as it should: {e.Message.TrimEnd('.')}. `./ecny status` shows what runs.",
        _ => null,
    };

    /// <summary>What the command line's parser says, without our types.</summary>
    public static string Plainly(string message) =>
        message.Replace(" as expected type 'System.Int32'", ": a whole number is expected", StringComparison.Ordinal)
            .Replace(" as expected type 'System.Nullable`1[System.Int32]'", ": a whole number is expected", StringComparison.Ordinal);

    /// <summary>Writes the sentence.</summary>
    public static void Write(string sentence) => Error.MarkupLineInterpolated($"[red]{sentence}[/]");

    private static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            console.Profile.Width = 1_000;
        }

        return console;
    }
}
