using System.CommandLine;
using System.Diagnostics;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Local.Sandbox;
using Spectre.Console;

namespace Ecny.Local.Commands;

/// <summary><c>up</c>: starts what does not run, seeds the sandbox, says where everything is.</summary>
internal static class UpCommand
{
    private const long LeastFreeBytes = 1L << 30;

    public static Command Create()
    {
        var portBase = new Option<int?>("--port-base") { Description = "Acquiring's port; the other four services take the next ones (default 5080)." };
        var command = new Command("up", "Starts PostgreSQL and the five services, seeds a small city, prints the addresses.") { portBase };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(portBase), cancel));
        return command;
    }

    private static async Task<int> Run(int? portBase, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        CityRecord? known = CityHome.Load();
        RequireSpace(known?.PostgresFolder ?? CityHome.Folder);
        var started = new Started();
        try
        {
            PrivateFile.MakeFolder(CityHome.Folder);
            CityRecord record = Choose(known, portBase);
            DatabaseServer databases = await StartDatabases(record, started, cancel);
            LocalCity city = CityHome.OpenCity(CityHome.Require(), databases);
            bool wasRunning = city.Services.All(service => service.ProcessId is not null);
            RequirePorts(city);
            await databases.Create(ServiceKinds.Databases, cancel);
            await StartServices(city, started, cancel);
            SandboxFile sandbox = await SandboxSeed.Plant(city, cancel);
            sandbox.Save(CityHome.SandboxFile);
            AnsiConsole.MarkupLineInterpolated($"[green]{(wasRunning ? "The city is already running" : "The city is running")}[/] (checked and ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s).");
            CityTable.WriteAddresses(city, sandbox);
            return 0;
        }
        catch (Exception e) when (e is OperationCanceledException or LocalException or IOException)
        {
            await started.StopAll();
            throw e is IOException io ? new LocalException(io.Message, io) : e;
        }
    }

    private static CityRecord Choose(CityRecord? known, int? portBase)
    {
        string? foreign = Environment.GetEnvironmentVariable("ECNY_POSTGRES") is { Length: > 0 } given ? given : null;
        if (known is null)
        {
            return new CityRecord(portBase ?? CityHome.DefaultPortBase, foreign is null ? CityHome.PostgresFolder() : null, null, foreign);
        }

        if (foreign is not null && foreign != known.ForeignPostgres)
        {
            throw new LocalException("This city has its data in another PostgreSQL than ECNY_POSTGRES names: unset it, or `./ecny down --wipe` first.");
        }

        return known with { PortBase = portBase ?? known.PortBase };
    }

    private static async Task<DatabaseServer> StartDatabases(CityRecord record, Started started, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            var server = new DatabaseServer(foreign);
            await server.Check(cancel);
            CityHome.Save(record);
            return server;
        }

        // Recorded before anything is made, so that `down --wipe` finds the rest of a start that was cut off.
        CityHome.Save(record);
        bool wasRunning = LocalPostgres.RunningProcess(record.PostgresFolder!) is not null;
        LocalPostgres postgres = await started.Postgres(record.PostgresOptions, wasRunning, cancel);
        CityHome.Save(record with { PostgresPort = postgres.Port });
        return postgres.Databases;
    }

    private static async Task StartServices(LocalCity city, Started started, CancellationToken cancel)
    {
        foreach (CityService service in city.Services.Where(service => service.ProcessId is null))
        {
            started.Services.Add(service);
        }

        await AnsiConsole.Status().StartAsync("Starting the services …", _ => city.Start(ServiceKinds.All, cancel));
    }

    private static void RequirePorts(LocalCity city)
    {
        foreach (CityService service in city.Services.Where(service => service.ProcessId is null && !FreePort.IsFree(service.Url.Port)))
        {
            throw new LocalException(
                $"Port {service.Url.Port}, which {service.Name} needs, is in use by {PortOwner.Describe(service.Url.Port)}: "
                + "stop it, or choose other ports with `./ecny up --port-base 6080`.");
        }
    }

    private static void RequireSpace(string folder)
    {
        string existing = folder;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        long free = new DriveInfo(existing).AvailableFreeSpace;
        if (free < LeastFreeBytes)
        {
            throw new LocalException($"Only {free >> 20} MiB are free on the disk of {existing}: the ledger needs at least {LeastFreeBytes >> 20} MiB, free some space first.");
        }
    }

    /// <summary>What this run has started, to be stopped when it does not come to its end.</summary>
    private sealed class Started
    {
        private LocalPostgres? _postgres;
        private string? _folder;

        public List<CityService> Services { get; } = [];

        public async Task<LocalPostgres> Postgres(PostgresOptions options, bool wasRunning, CancellationToken cancel)
        {
            _folder = wasRunning ? null : options.Folder;
            LocalPostgres server = await LocalPostgres.Open(options, cancel);
            _postgres = wasRunning ? null : server;
            return server;
        }

        public async Task StopAll()
        {
            await Task.WhenAll(Services.Select(service => service.Stop(TimeSpan.FromSeconds(10))));
            if (_postgres is not null)
            {
                await _postgres.Stop();
            }
            else if (_folder is not null)
            {
                // Interrupted while it started: it may be up all the same.
                await LocalPostgres.StopServer(_folder);
            }
        }
    }
}
