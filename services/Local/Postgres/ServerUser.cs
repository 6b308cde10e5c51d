using Ecny.Local.Processes;

namespace Ecny.Local.Postgres;

/// <summary>
/// Who PostgreSQL runs as. It refuses to run as root, so root hands it to the user `postgres`, which the distribution's package makes, or to
/// `nobody` where there are only binaries: the server needs an entry in the user database, and a sandbox should not add one.
/// </summary>
/// <param name="Name">The user's name, or null for the user who runs this program.</param>
public sealed record ServerUser(string? Name)
{
    /// <summary>The user for this process' rights.</summary>
    public static ServerUser Choose()
    {
        if (!Signals.IsRoot)
        {
            return new ServerUser((string?)null);
        }

        string[] names = [.. File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0])];
        return new ServerUser(new[] { "postgres", "nobody" }.FirstOrDefault(names.Contains)
            ?? throw new LocalException("PostgreSQL cannot run as root and there is neither a user `postgres` nor `nobody`: run as an ordinary user."));
    }

    /// <summary>Runs a server program as this user, in a session of its own: Ctrl-C at the terminal is not meant for it.</summary>
    public Task<ProgramResult> Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancel) =>
        ExternalProgram.Run(
            "setsid",
            Name is null
                ? ["--wait", program, .. arguments]
                : ["--wait", "setpriv", $"--reuid={Name}", $"--regid={PrimaryGroup(Name)}", "--init-groups", "--", program, .. arguments],
            environment,
            cancel);

    /// <summary>Makes a folder that only this user (and root) can enter; its parents are made so that everybody can pass.</summary>
    public async Task MakeFolder(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        if (Name is not null)
        {
            await ExternalProgram.Require($"Cannot give {folder} to the user {Name}", "chown", [$"{Name}:{PrimaryGroup(Name)}", folder], cancel: cancel);
        }

        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Gives a file to this user, readable by nobody else.</summary>
    public async Task TakeFile(string file, CancellationToken cancel)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Name is not null)
        {
            await ExternalProgram.Require($"Cannot give {file} to the user {Name}", "chown", [$"{Name}:{PrimaryGroup(Name)}", file], cancel: cancel);
        }
    }

    private static string PrimaryGroup(string user) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[3];
}
