using System.CommandLine;
using System.Diagnostics;
using Ecny.Local.City;
using Ecny.Local.Events;
using Ecny.Local.Postgres;
using Ecny.Local.Processes;
using Ecny.Local.Sandbox;
using Ecny.Messaging;
using Spectre.Console;

namespace Ecny.Local.Commands;

/// <summary><c>up</c>: starts what does not run, seeds the sandbox, says where everything is.</summary>
internal static class UpCommand
{
    // Below the ports that the system gives out by itself there is room; five services need five.
    private const int LargestPortBase = 65_000;

    public static Command Create()
    {
        var portBase = new Option<int?>("--port-base") { Description = "Acquiring's port; the other four services take the next ones (default 5080)." };
        var kafka = new Option<string?>("--kafka") { Description = "Addresses of a Kafka, host:port with commas, instead of the embedded broker; until `down`." };
        var dapr = new Option<bool>("--dapr") { Description = "Events go through a Dapr sidecar (program daprd) beside each service that uses them; until `down`." };
        var command = new Command("up", "Starts PostgreSQL, the broker and the five services, seeds a small city, prints the addresses.") { portBase, kafka, dapr };
        command.SetAction((parsed, cancel) => Run(new Wanted(parsed.GetValue(portBase), parsed.GetValue(kafka), parsed.GetValue(dapr)), cancel));
        return command;
    }

    private static async Task<int> Run(Wanted wanted, CancellationToken cancel)
    {
        if (wanted.PortBase is < 1024 or > LargestPortBase)
        {
            throw new LocalException($"--port-base must be 1024 … {LargestPortBase}.");
        }

        long start = Stopwatch.GetTimestamp();
        using IDisposable _ = CityHome.Lock();
        CityRecord? known = CityHome.Load();
        DiskSpace.Require(CityHome.Folder);
        var started = new Started();
        try
        {
            CityRecord record = Choose(known, wanted);
            DiskSpace.Require(record.PostgresFolder ?? CityHome.Folder);
            RequireSame(known, record);
            RequirePorts(CityHome.OpenCity(record, DatabaseServer.Unknown));
            await RequireCarriers(record, isNamed: wanted.Kafka is not null, cancel);
            DatabaseServer databases = await StartDatabases(record, isNew: known is null, started, cancel);
            await databases.Create(ServiceKinds.Databases, cancel);
            LocalCity city = CityHome.OpenCity(record, databases);
            bool wasRunning = city.Processes.All(process => process.ProcessId is not null);
            IReadOnlyList<Sidecar> late = await StartServices(city, started, cancel);
            SandboxFile sandbox = await SandboxSeed.Plant(city, cancel);
            sandbox.Save(CityHome.SandboxPath);
            AnsiConsole.MarkupLineInterpolated($"[green]{(wasRunning ? "The city is already running" : "The city is running")}[/] (checked and ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s).");
            CityTable.WriteAddresses(city, sandbox);
            if (late.Count > 0)
            {
                AnsiConsole.MarkupLineInterpolated($"[yellow]Not ready yet: {string.Join(", ", late.Select(sidecar => sidecar.Name))}.[/] Payments do not need them; they are started again until Kafka answers.");
            }

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

    private static CityRecord Choose(CityRecord? known, Wanted wanted)
    {
        string? foreign = Environment.GetEnvironmentVariable("ECNY_POSTGRES") is { Length: > 0 } given ? given : null;
        if (known is null)
        {
            return new CityRecord(wanted.PortBase ?? CityHome.DefaultPortBase, foreign is null ? CityHome.PostgresFolder() : null, null, foreign, wanted.Kafka, wanted.Dapr);
        }

        if (foreign is not null && foreign != known.ForeignPostgres)
        {
            throw new LocalException("This city has its data in another PostgreSQL than ECNY_POSTGRES names: unset it, or `./ecny down --wipe` first.");
        }

        return known with { PortBase = wanted.PortBase ?? known.PortBase, Kafka = wanted.Kafka ?? known.Kafka, Dapr = wanted.Dapr || known.Dapr };
    }

    private static async Task<DatabaseServer> StartDatabases(CityRecord record, bool isNew, Started started, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            DatabaseServer server = await DatabaseServer.Foreign(foreign).Check(ServiceKinds.Databases, cancel);
            CityConnections.Require(server);
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

    private static async Task<IReadOnlyList<Sidecar>> StartServices(LocalCity city, Started started, CancellationToken cancel)
    {
        started.Processes.AddRange(city.Processes.Where(process => !process.IsStarted));
        return started.Processes.Count > 0
            ? await AnsiConsole.Status().StartAsync("Starting the services …", _ => city.StartAll(ServiceKinds.All, cancel))
            : await city.StartAll(ServiceKinds.All, cancel);
    }

    private static void RequireSame(CityRecord? known, CityRecord wanted)
    {
        if (known is null)
        {
            return;
        }

        if (!CityHome.OpenCity(known, DatabaseServer.Unknown).Processes.Any(process => process.IsStarted))
        {
            EventPorts.Forget(CityHome.Folder);
            return;
        }

        if (known.PortBase != wanted.PortBase)
        {
            throw new LocalException($"The city runs on ports {known.PortBase} … {known.PortBase + ServiceKinds.All.Count - 1}: `./ecny down` first, then `./ecny up --port-base {wanted.PortBase}`.");
        }

        if (known.Events != wanted.Events)
        {
            throw new LocalException($"The city's events go {Describe(known.Events)}: `./ecny down` first, then `./ecny up` with other carriers.");
        }
    }

    private static string Describe(CityEvents events) =>
        $"through {(events.Kafka is { } kafka ? $"Kafka at {kafka}" : "the embedded broker")}{(events.Sidecars ? " and sidecars" : "")}";

    private static void RequirePorts(LocalCity city)
    {
        foreach (CityService service in city.Services.Where(service => service.ProcessId is null && !FreePort.IsFree(service.Port)))
        {
            throw new LocalException(
                $"Port {service.Port}, which {service.Name} needs, is in use by {PortOwner.Describe(service.Port)}: "
                + $"stop it, or choose other ports with `./ecny up --port-base {service.Port - (int)service.Kind + 1000}`.");
        }
    }

    /// <param name="isNamed">Whether this very command names Kafka. One that is only remembered may be away: payments do not wait for it.</param>
    private static async Task RequireCarriers(CityRecord record, bool isNamed, CancellationToken cancel)
    {
        if (record.Dapr && Sidecar.Program is null)
        {
            throw new LocalException("The program daprd is not on PATH: install the Dapr runtime (https://docs.dapr.io/getting-started/), or run without --dapr.");
        }

        if (record.Kafka is null)
        {
            return;
        }

        try
        {
            await KafkaTopics.Ensure(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = record.Kafka }, cancel);
        }
        catch (TransportException e) when (isNamed)
        {
            throw new LocalException($"{e.Message.TrimEnd('.')}: start it, or correct the addresses after --kafka. Without --kafka the city brings its own broker.", e);
        }
        catch (TransportException e)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{e.Message.TrimEnd('.')}.[/] Payments do not need it; events come when it does.");
        }
    }

    /// <summary>What the command line asks for; null and false: as it is.</summary>
    private sealed record Wanted(int? PortBase, string? Kafka, bool Dapr);

    /// <summary>What this run has started, to be stopped when it does not come to its end.</summary>
    private sealed class Started
    {
        private LocalPostgres? _postgres;
        private string? _folder;

        public List<CityProcess> Processes { get; } = [];

        public async Task<LocalPostgres> Postgres(PostgresOptions options, bool wasRunning, CancellationToken cancel)
        {
            _folder = wasRunning ? null : options.Folder;
            LocalPostgres server = await LocalPostgres.Open(options, cancel);
            _postgres = wasRunning ? null : server;
            return server;
        }

        public async Task StopAll()
        {
            await Task.WhenAll(Processes.Select(process => process.Stop(TimeSpan.FromSeconds(10))));
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
