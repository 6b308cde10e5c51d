using System.Globalization;
using System.Text.RegularExpressions;
using Ecny.Local.Processes;

namespace Ecny.Local.Postgres;

/// <summary>A folder with PostgreSQL's server programs.</summary>
/// <param name="Folder">Holds initdb, pg_ctl, postgres and pg_basebackup.</param>
/// <param name="Major">The major version, e.g. 15.</param>
public sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version that the platform supports.</summary>
    public const int OldestMajor = 15;

    /// <summary>What a person does about a missing PostgreSQL.</summary>
    public const string Advice =
        "PostgreSQL 15 or newer was not found on PATH, in ECNY_TOOLS or under /usr/lib/postgresql: install it (Debian: "
        + "`apt-get install postgresql-15`), name its bin folder in ECNY_TOOLS, or give a connection string with CREATEDB in ECNY_POSTGRES.";

    /// <summary>The full path of a program.</summary>
    public string Program(string name) => Path.Combine(Folder, name);

    /// <summary>The newest suitable installation, or null.</summary>
    public static async Task<PostgresBinaries?> Find(CancellationToken cancel = default)
    {
        List<PostgresBinaries> found = [];
        foreach (string folder in Candidates().Distinct())
        {
            if (File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")))
            {
                ProgramResult version = await ExternalProgram.Run(Path.Combine(folder, "postgres"), ["--version"], cancel: cancel);
                if (Version().Match(version.Output) is { Success: true } match)
                {
                    found.Add(new PostgresBinaries(folder, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));
                }
            }
        }

        return found.Where(binaries => binaries.Major >= OldestMajor).MaxBy(binaries => binaries.Major);
    }

    /// <summary>As <see cref="Find"/>; nothing found is a <see cref="LocalException"/> that says what to do.</summary>
    public static async Task<PostgresBinaries> Require(CancellationToken cancel = default) =>
        await Find(cancel) ?? throw new LocalException(Advice);

    private static IEnumerable<string> Candidates()
    {
        string[] variables = [Environment.GetEnvironmentVariable("ECNY_TOOLS") ?? "", Environment.GetEnvironmentVariable("PATH") ?? ""];
        foreach (string folder in variables.SelectMany(variable => variable.Split(':', StringSplitOptions.RemoveEmptyEntries)))
        {
            // A link on PATH leads to the real folder: the server looks for its own files beside itself.
            string postgres = Path.Combine(folder, "postgres");
            if (File.Exists(postgres))
            {
                yield return Path.GetDirectoryName(File.ResolveLinkTarget(postgres, returnFinalTarget: true)?.FullName ?? postgres)!;
            }
        }

        const string debian = "/usr/lib/postgresql";
        foreach (string version in Directory.Exists(debian) ? Directory.GetDirectories(debian) : [])
        {
            yield return Path.Combine(version, "bin");
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}
