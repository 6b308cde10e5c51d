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
        if (CityHome.Load() is { } record)
        {
            DatabaseServer databases = new(record.ForeignPostgres ?? "Host=127.0.0.1");
            await CityHome.OpenCity(record, databases).Stop(cancel);
            if (record.PostgresFolder is { } folder)
            {
                await LocalPostgres.StopServer(folder, cancel);
            }

            if (wipe)
            {
                await Wipe(record, cancel);
            }
        }
        else
        {
            AnsiConsole.WriteLine("There is no city here.");
        }

        if (wipe && Directory.Exists(CityHome.Folder))
        {
            Directory.Delete(CityHome.Folder, recursive: true);
        }

        AnsiConsole.WriteLine(wipe ? "Stopped; all data is removed." : "Stopped; the data is kept. `./ecny up` starts it again.");
        return 0;
    }

    private static async Task Wipe(CityRecord record, CancellationToken cancel)
    {
        if (record.ForeignPostgres is { } foreign)
        {
            var server = new DatabaseServer(foreign);
            await server.Check(cancel);
            await server.Drop(ServiceKinds.Databases, cancel);
        }
        else if (Directory.Exists(record.PostgresFolder))
        {
            Directory.Delete(record.PostgresFolder, recursive: true);
        }
    }
}
