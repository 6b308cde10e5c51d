using System.CommandLine;
using Ecny.Local.Commands;
using Spectre.Console;

namespace Ecny.Local.Replay;

/// <summary><c>replay FILE</c>: a transaction file of others' making through the public API. Exit code 1 unless every balance agrees.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "transactions.csv or transactions.csv.xz, with accounts.csv beside it." };
        var parallel = new Option<int>("--parallel") { Description = "Requests under way at once.", DefaultValueFactory = _ => 64 };
        var command = new Command("replay", "Sends a transaction file through the public API and compares every balance.") { file, parallel };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(file)!, parsed.GetValue(parallel), cancel));
        return command;
    }

    private static async Task<int> Run(string file, int parallel, CancellationToken cancel)
    {
        if (parallel is < 1 or > 1_024) throw new LocalException("--parallel must be 1 … 1024.");
        if (!File.Exists(file)) throw new LocalException($"{file} does not exist.");
        var sandbox = await CityHome.RequireRunning(CityHome.Require(), cancel);
        return await new ReplayRun(sandbox, file, parallel, AnsiConsole.Console).Run(cancel) ? 0 : 1;
    }
}
