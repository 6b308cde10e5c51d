using System.CommandLine;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Spectre.Console;

namespace Ecny.Local.Commands;

/// <summary><c>down</c>: stops everything gracefully; the data stays unless it is to be wiped.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var wipe = new Option<bool>("--wipe") { Description = "Also removes all data: of a foreign PostgreSQL only the platform's six databases." };
        var command = new Command("down", "Stops the services and PostgreSQL; keeps the data.") { wipe };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(wipe), cancel));
        return command;
    }

    private static async Task<int> Run(bool wipe, CancellationToken cancel)
    {
        if (!Directory.Exists(CityHome.Folder))
        {
            AnsiConsole.WriteLine("There is no city here: nothing to stop.");
            return 0;
        }

        using IDisposable _ = CityHome.Lock();
        CityRecord? record = CityHome.Load();
        if (record is not null)
        {
            await CityHome.OpenCity(record, DatabaseServer.Unknown).Stop(cancel);
            if (record.PostgresFolder is { } folder)
            {
                await LocalPostgres.StopServer(folder, cancel);
            }

            CityHome.Save(record with { Kafka = null, Dapr = false });
        }

        if (wipe)
        {
            await Wipe(record, cancel);
        }

        AnsiConsole.WriteLine((record, wipe) switch
        {
            (_, true) when Directory.Exists(CityHome.Folder) => $"Stopped; all data of the city is removed. Other files are kept in {CityHome.Folder}.",
            (_, true) => "Stopped; all data is removed.",
            (null, false) => "There is no city here: nothing to stop.",
            _ => "Stopped; the data is kept. `./ecny up` starts it again.",
        });
        return 0;
    }

    private static async Task Wipe(CityRecord? record, CancellationToken cancel)
    {
        if (record?.ForeignPostgres is { } foreign)
        {
            DatabaseServer server = DatabaseServer.Foreign(foreign);
            await server.Check(ServiceKinds.Databases, cancel);
            await server.Drop(ServiceKinds.Databases, cancel);
        }
        else if (record?.PostgresFolder is { } folder)
        {
            CityHome.RemovePostgres(folder);
        }

        CityHome.Remove();
    }
}
