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

    // Below the ports that the system gives out by itself there is room; five services need five.
    private const int LargestPortBase = 65_000;

    public static Command Create()
    {
        var portBase = new Option<int?>("--port-base") { Description = "Acquiring's port; the other four services take the next ones (default 5080)." };
        var command = new Command("up", "Starts PostgreSQL and the five services, seeds a small city, prints the addresses.") { portBase };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(portBase), cancel));
        return command;
    }

    private static async Task<int> Run(int? portBase, CancellationToken cancel)
    {
        if (portBase is < 1024 or > LargestPortBase)
        {
            throw new LocalException($"--port-base must be 1024 … {LargestPortBase}.");
        }

        long start = Stopwatch.GetTimestamp();
        using IDisposable _ = CityHome.Lock();
        CityRecord? known = CityHome.Load();
        RequireSpace(CityHome.Folder);
        var started = new Started();
        try
        {
            CityRecord record = Choose(known, portBase);
            RequireSpace(record.PostgresFolder ?? CityHome.Folder);
            RequireSamePorts(known, record);
            RequirePorts(CityHome.OpenCity(record, DatabaseServer.Unknown));
            DatabaseServer databases = await StartDatabases(record, isNew: known is null, started, cancel);
            await databases.Create(ServiceKinds.Databases, cancel);
            LocalCity city = CityHome.OpenCity(record, databases);
            bool wasRunning = city.Services.All(service => service.ProcessId is not null);
            await StartServices(city, started, cancel);
            SandboxFile sandbox = await SandboxSeed.Plant(city, cancel);
            sandbox.Save(CityHome.SandboxPath);
            AnsiConsole.MarkupLineInterpolated($"[green]{(wasRunning ? "The city is already running" : "The city is running")}[/] (checked and ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s).");
            CityTable.WriteAddresses(city, sandbox);
            return 0;
        }
        catch (OperationCanceledException)
        {
            await started.StopAll();
            Complaint.Write("Interrupted: what had been started is stopped again. `./ecny up` goes on from here, `./ecny down --wipe` removes it.");
            return Complaint.Interrupted;
        }
        catch
        {
            await started.StopAll();
            throw;
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

    private static async Task<DatabaseServer> StartDatabases(CityRecord record, bool isNew, Started started, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            DatabaseServer server = DatabaseServer.Foreign(foreign);
            await server.Check(cancel);
            if (isNew)
            {
                await server.RequireNone(ServiceKinds.Databases, cancel);
            }

            CityHome.Save(record);
            return server;
        }

        // Recorded before anything is made, so that `down --wipe` finds the rest of a start that was cut off.
        CityHome.Save(record);
        CityHome.MakeWayTo(record.PostgresFolder!);
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

        if (started.Services.Count > 0)
        {
            await AnsiConsole.Status().StartAsync("Starting the services …", _ => city.Start(ServiceKinds.All, cancel));
        }
        else
        {
            await city.Start(ServiceKinds.All, cancel);
        }
    }

    private static void RequireSamePorts(CityRecord? known, CityRecord wanted)
    {
        if (known is not null && known.PortBase != wanted.PortBase && CityHome.OpenCity(known, DatabaseServer.Unknown).Services.Any(service => service.ProcessId is not null))
        {
            throw new LocalException($"The city runs on ports {known.PortBase} … {known.PortBase + ServiceKinds.All.Count - 1}: `./ecny down` first, then `./ecny up --port-base {wanted.PortBase}`.");
        }
    }

    private static void RequirePorts(LocalCity city)
    {
        foreach (CityService service in city.Services.Where(service => service.ProcessId is null && !FreePort.IsFree(service.Url.Port)))
        {
            throw new LocalException(
                $"Port {service.Url.Port}, which {service.Name} needs, is in use by {PortOwner.Describe(service.Url.Port)}: "
                + $"stop it, or choose other ports with `./ecny up --port-base {service.Url.Port - (int)service.Kind + 1000}`.");
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
