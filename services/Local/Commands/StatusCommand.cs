using System.CommandLine;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Spectre.Console;

namespace Ecny.Local.Commands;

/// <summary><c>status</c>: what runs, where, and how much memory it takes. Exit code 1 unless everything is ready.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Shows the processes, ports, memory and whether all is ready.");
        command.SetAction((_, cancel) => Run(cancel));
        return command;
    }

    private static async Task<int> Run(CancellationToken cancel)
    {
        CityRecord record = CityHome.Require();
        LocalCity city = CityHome.OpenCity(record, DatabaseServer.Unknown);
        return await CityTable.WriteStatus(city, record, cancel) ? 0 : 1;
    }
}
