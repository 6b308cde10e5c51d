using System.CommandLine;
using Ecny.Local.City;
using Ecny.Local.Commands;
using Npgsql;
using Spectre.Console;

namespace Ecny.Local.Simulator;

/// <summary><c>demo</c>: a piece of the city's day through the public API. Exit code 1 if anything does not add up.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long the city lives.", DefaultValueFactory = _ => 60 };
        var rate = new Option<int>("--rate") { Description = "Activities begun a second; most are two requests or more.", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "Same seed, same choices.", DefaultValueFactory = _ => Environment.TickCount & 0xFFFF };
        var command = new Command("demo", "Sixteen scenarios through the public API, reconciled with the journal to the fen.") { seconds, rate, seed };
        command.SetAction((parsed, cancel) => Run(new DemoOptions(parsed.GetValue(seconds), parsed.GetValue(rate), parsed.GetValue(seed)), cancel));
        return command;
    }

    private static async Task<int> Run(DemoOptions options, CancellationToken cancel)
    {
        if (options.Seconds is < 1 or > 86_400) throw new LocalException("--seconds must be 1 … 86400.");
        if (options.Rate is < 1 or > 10_000) throw new LocalException("--rate must be 1 … 10000.");
        var record = CityHome.Require();
        var sandbox = await CityHome.RequireRunning(record, cancel);
        return await CityHome.WithDatabases(record, async databases =>
        {
            await using var ledger = NpgsqlDataSource.Create(databases.ConnectionString(ServiceKind.Wallets.Database()));
            return await new DemoRun(sandbox, ledger, options, AnsiConsole.Console).Run(cancel) ? 0 : 1;
        }, cancel);
    }
}
