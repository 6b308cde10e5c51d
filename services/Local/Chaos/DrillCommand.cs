using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace Ecny.Local.Chaos;

/// <summary><c>drill chaos</c>: real processes, real faults, for as long as one likes. Exit code 1 if a client was told anything that is not so.</summary>
internal static class DrillCommand
{
    public static Command Create()
    {
        var minutes = new Option<int>("--minutes") { Description = "How long; a round that has begun is finished.", DefaultValueFactory = _ => 10 };
        var rate = new Option<int>("--rate") { Description = "Activities begun a second.", DefaultValueFactory = _ => 80 };
        var seed = new Option<int>("--seed") { Description = "The order of the faults.", DefaultValueFactory = _ => Environment.TickCount & 0xFFFF };
        var chaos = new Command("chaos", "Kills, freezes and cuts off everything under load, in rounds; reconciles and audits after each.") { minutes, rate, seed };
        chaos.SetAction((parsed, cancel) => Run(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(rate), parsed.GetValue(seed), cancel));
        return new Command("drill", "Long fault drills.") { chaos };
    }

    private static async Task<int> Run(TimeSpan length, int rate, int seed, CancellationToken cancel)
    {
        if (length < TimeSpan.FromMinutes(1)) throw new LocalException("--minutes must be 1 or more.");
        if (rate is < 1 or > 1_000) throw new LocalException("--rate must be 1 … 1000.");
        var random = new Random(seed);
        var start = Stopwatch.GetTimestamp();
        var isRight = true;
        for (var round = 1; Stopwatch.GetElapsedTime(start) < length; round++)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]Round {round}[/] (seed {seed}): starting a city …");
            var faults = Faults.All.ToArray();
            random.Shuffle(faults);
            await using (var city = await ChaosCity.Start(rate, random.Next(), cancel))
            {
                foreach (var fault in faults) Tell(await fault(city, cancel));
                isRight &= Tell(await city.Judge(cancel));
            }
            await using (var city = await ChaosCity.StartWithStandby(rate, random.Next(), cancel))
            {
                Tell(await StandbyFaults.LoseStandby(city, TimeSpan.FromSeconds(random.Next(5, 25)), cancel));
                Tell(await StandbyFaults.Promote(city, cancel));
                isRight &= Tell(await city.Judge(cancel));
            }
        }
        AnsiConsole.MarkupLine(isRight ? "[green]EXACT[/]: accepted = settled in every round." : "[red]WRONG[/]: see above.");
        return isRight ? 0 : 1;
    }

    private static void Tell(FaultReport report) => AnsiConsole.MarkupLineInterpolated($"  {report.Fault,-40} paying again after {report.Recovery.TotalSeconds,5:0.0} s");

    private static bool Tell(ChaosVerdict verdict)
    {
        AnsiConsole.MarkupLineInterpolated($"  {verdict.Summary}");
        foreach (var problem in verdict.Problems) AnsiConsole.MarkupLineInterpolated($"  [red]{problem}[/]");
        return verdict.Problems.Count == 0;
    }
}
