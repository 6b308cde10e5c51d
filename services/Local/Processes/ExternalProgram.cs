using System.ComponentModel;
using System.Diagnostics;

namespace Ecny.Local.Processes;

/// <summary>What a finished program left: its exit code and what it wrote.</summary>
/// <param name="ExitCode">0 when it succeeded.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Whether the exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last lines of what it wrote, for a sentence about its failure.</summary>
    public string Tail =>
        string.Join(" / ", $"{Output}\n{Error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(6));
}

/// <summary>Runs a program to its end.</summary>
public static class ExternalProgram
{
    /// <summary>Runs <paramref name="file"/> and collects what it writes; a program that does not exist is a <see cref="LocalException"/>.</summary>
    public static async Task<ProgramResult> Run(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancel = default)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Start(start);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
            return new ProgramResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>As <see cref="Run"/>, but a failure is a <see cref="LocalException"/> that starts with <paramref name="purpose"/>.</summary>
    public static async Task<string> Require(
        string purpose,
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancel = default)
    {
        ProgramResult result = await Run(file, arguments, environment, cancel);
        return result.Succeeded
            ? result.Output
            : throw new LocalException($"{purpose}: {Path.GetFileName(file)} ended with code {result.ExitCode}: {result.Tail}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LocalException($"Cannot run {start.FileName}: {e.Message}.", e);
        }
    }
}
