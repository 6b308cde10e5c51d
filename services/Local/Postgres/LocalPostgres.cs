using System.Globalization;
using System.Security.Cryptography;
using Ecny.Local.Processes;
using Npgsql;

namespace Ecny.Local.Postgres;

/// <summary>
/// A private PostgreSQL server on a free loopback port: its own data folder, its own generated password, no Unix socket.
/// Not for use from several threads at once, but for <see cref="ConnectionString"/> and <see cref="CreateDatabase"/>.
/// </summary>
public sealed partial class LocalPostgres : IAsyncDisposable
{
    private const string Superuser = "ecny";

    private readonly PostgresOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly ServerUser _user = ServerUser.Choose();
    private readonly string _password;
    private readonly LifeGuard? _guard;

    private LocalPostgres(PostgresOptions options, PostgresBinaries binaries, string password)
    {
        _options = options;
        _binaries = binaries;
        _password = password;
        _guard = options.EndsWithThisProcess ? LifeGuard.Start(options.Folder) : null;
    }

    /// <summary>The folder with everything that belongs to the server.</summary>
    public string Folder => _options.Folder;

    /// <summary>The loopback port; stays the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>The server's log.</summary>
    public string LogFile => Path.Combine(Folder, "server.log");

    /// <summary>The server's process, or null when it does not run.</summary>
    public int? ProcessId => RunningProcess(Folder);

    private string DataFolder => Path.Combine(Folder, "data");

    /// <summary>Makes the data folder when it is missing, starts the server when it does not run, and returns when it takes connections.</summary>
    public static async Task<LocalPostgres> Open(PostgresOptions options, CancellationToken cancel = default)
    {
        PostgresBinaries binaries = await PostgresBinaries.Require(cancel);
        string passwordFile = Path.Combine(options.Folder, "password");
        bool isNew = !File.Exists(Path.Combine(options.Folder, "data", "PG_VERSION"));
        string password = isNew
            ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))
            : await File.ReadAllTextAsync(passwordFile, cancel);
        var server = new LocalPostgres(options, binaries, password);
        try
        {
            if (isNew)
            {
                await server.Initialise(passwordFile, cancel);
            }

            await server.Start(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process of the server whose folder this is, or null when it does not run.</summary>
    public static int? RunningProcess(string folder)
    {
        string file = Path.Combine(folder, "data", "postmaster.pid");
        return File.Exists(file)
            && int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out int pid)
            && ProcessTable.StartTime(pid) is not null
            && ProcessTable.CommandLine(pid).Contains(Path.Combine(folder, "data"))
            ? pid
            : null;
    }

    /// <summary>Why the server whose folder this is ended although nobody stopped it, in one sentence; null while it runs, and where its log does not say.</summary>
    public static string? ReasonOfEnd(string folder) =>
        RunningProcess(folder) is null ? PostgresFailure.ExplainEnd(Path.Combine(folder, "server.log")) : null;

    /// <summary>Fast shutdown of the server whose folder this is; nothing happens when it does not run.</summary>
    public static async Task StopServer(string folder, CancellationToken cancel = default)
    {
        if (RunningProcess(folder) is { } pid)
        {
            Signals.Send(pid, Signal.Interrupt);
            while (ProcessTable.StartTime(pid) is not null)
            {
                await Task.Delay(20, cancel);
            }
        }
    }

    /// <summary>A connection string for one of the server's databases.</summary>
    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Password = _password,
        Database = database,
    }.ConnectionString;

    /// <summary>This server as a place for databases.</summary>
    public DatabaseServer Databases => new(ConnectionString());

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabase(string name, CancellationToken cancel = default)
    {
        await Databases.Create([name], cancel);
        return ConnectionString(name);
    }

    /// <summary>Creates a copy of <paramref name="template"/>, which nobody may be connected to, and returns its connection string.</summary>
    public async Task<string> CreateDatabase(string name, string template, CancellationToken cancel = default)
    {
        await Databases.Copy(template, name, cancel);
        return ConnectionString(name);
    }

    /// <summary>Removes a database together with its connections.</summary>
    public Task DropDatabase(string name, CancellationToken cancel = default) => Databases.Drop([name], cancel);

    /// <summary>Starts the server when it does not run, on the port it had before.</summary>
    public async Task Start(CancellationToken cancel = default)
    {
        if (ProcessId is not null)
        {
            Port = PortOfRunningServer();
            return;
        }

        const int attempts = 5;
        for (int attempt = 1; ; attempt++)
        {
            bool portIsFixed = Port != 0 || _options.Port is not null;
            int port = Port != 0 ? Port : _options.Port ?? FreePort.Take();
            string settings = await PostgresSettings.Render(_options, _binaries, port, cancel);
            await File.WriteAllTextAsync(Path.Combine(DataFolder, "ecny.conf"), settings, cancel);
            ForgetDeadServer();
            // Not broken off, for a server half started could be lost sight of: it is stopped by whoever sees the cancellation.
            ProgramResult result = await Control(["start", "-w", "-t", "120", "-l", LogFile, "-D", DataFolder, "-s"], CancellationToken.None);
            if (result.Succeeded)
            {
                Port = port;
                cancel.ThrowIfCancellationRequested();
                break;
            }

            cancel.ThrowIfCancellationRequested();
            if (attempt == attempts || (portIsFixed && !FreePort.IsFree(port)))
            {
                throw new LocalException(PostgresFailure.Explain(LogFile, port, result));
            }
        }
    }

    /// <summary>Fast shutdown: open transactions are rolled back, a checkpoint is written.</summary>
    public Task Stop(CancellationToken cancel = default) => StopServer(Folder, cancel);

    /// <summary>kill -9 of the server and all of its processes at once; returns when they are gone.</summary>
    public async Task Kill9(CancellationToken cancel = default)
    {
        if (ProcessId is not { } pid)
        {
            return;
        }

        int[] all = [pid, .. ProcessTable.Children(pid)];
        foreach (int process in all)
        {
            Signals.Send(process, Signal.Kill);
        }

        while (all.Any(process => ProcessTable.StartTime(process) is not null))
        {
            await Task.Delay(5, cancel);
        }

        ForgetDeadServer();
    }

    /// <summary>Stops and starts again; the data stays.</summary>
    public async Task Restart(CancellationToken cancel = default)
    {
        await Stop(cancel);
        await Start(cancel);
    }

    /// <summary>Stops a server that ends with this process and removes its folder; leaves any other alone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            await Kill9();
            _guard.Dispose();
        }
    }

    private async Task Initialise(string passwordFile, CancellationToken cancel)
    {
        await _user.MakeFolder(Folder, cancel);
        if (Directory.Exists(DataFolder))
        {
            // An earlier initialisation was cut off before the server ever ran: there is nothing in it yet.
            Directory.Delete(DataFolder, recursive: true);
        }

        await File.WriteAllTextAsync(passwordFile, _password, cancel);
        await _user.TakeFile(passwordFile, cancel);
        string[] arguments =
        [
            "-D", DataFolder, "-U", Superuser, $"--pwfile={passwordFile}", "--encoding=UTF8", "--locale=C",
            "--auth-host=scram-sha-256", "--auth-local=reject", .. _options.Durable ? Array.Empty<string>() : ["--no-sync"],
        ];
        ProgramResult result = await _user.Run(_binaries.Program("initdb"), arguments, null, cancel);
        if (!result.Succeeded)
        {
            throw new LocalException(PostgresFailure.Explain(LogFile, null, result));
        }

        await File.AppendAllTextAsync(Path.Combine(DataFolder, "postgresql.conf"), "\ninclude_if_exists = 'ecny.conf'\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(DataFolder, "ecny.conf"), "", cancel);
        await _user.TakeFile(Path.Combine(DataFolder, "ecny.conf"), cancel);
    }

    // Where process 1 is slow to reap, a dead server still counts as running for the next one, which would refuse to start. Its file goes
    // only when none of its processes, whose folder this is, is left.
    private void ForgetDeadServer()
    {
        if (!ProcessTable.AnyWorksIn(DataFolder))
        {
            File.Delete(Path.Combine(DataFolder, "postmaster.pid"));
        }
    }

    private int PortOfRunningServer() =>
        int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).ElementAt(3), CultureInfo.InvariantCulture);

    private Task<ProgramResult> Control(IEnumerable<string> arguments, CancellationToken cancel) =>
        _user.Run(_binaries.Program("pg_ctl"), arguments, null, cancel);
}
