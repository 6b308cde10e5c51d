using System.CommandLine;
using Ecny.Bench.CatchUp;
using Ecny.Bench.Events;
using Ecny.Bench.Ledger;
using Ecny.Bench.Payments;
using Ecny.Bench.Report;
using Ecny.Bench.Risk;
using Ecny.Bench.Up;
using Ecny.Local.City;

namespace Ecny.Bench;

/// <summary><c>./ecny bench NAME [--json] [--seconds N]</c>.</summary>
internal static class BenchCommand
{
    private const long CityWallets = 10_000_000;
    private const long HourOfEntries = 5_000_000;
    private const long CityNumbers = 50_000_000;
    private static readonly string[] Names = ["up", "payments", "hot-merchant", "pay-code", "ledger", "risk-engine", "events", "catch-up", "payments-all"];

    public static async Task<int> Run(string[] args)
    {
        if (args is [LedgerWorker.Name]) return await LedgerWorker.Run();
        var name = new Argument<string>("NAME") { Description = string.Join(", ", Names.Append("all")) };
        name.AcceptOnlyFromAmong([.. Names, "all"]);
        var json = new Option<bool>("--json") { Description = "Ends with the result as one JSON object on one line." };
        var seconds = new Option<int>("--seconds") { Description = "How long each measured phase lasts.", DefaultValueFactory = _ => 60 };
        seconds.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 300) result.AddError("--seconds must be 1 to 300."); });
        var wallets = new Option<long>("--wallets") { Description = "bench ledger: wallets prepared.", DefaultValueFactory = _ => CityWallets };
        var numbers = new Option<long>("--numbers") { Description = "bench ledger: remembered numbers prepared.", DefaultValueFactory = _ => CityNumbers };
        var entries = new Option<long>("--entries") { Description = "bench catch-up: entries in the journal.", DefaultValueFactory = _ => HourOfEntries };
        entries.Validators.Add(result => { if (result.GetValueOrDefault<long>() < 1_000_000) result.AddError("--entries must be 1000000 or more."); });
        var transport = new Option<string?>("--transport") { Description = $"bench events: {string.Join(", ", EventsBench.Transports)}; default: all whose programs are on PATH." };
        transport.AcceptOnlyFromAmong([.. EventsBench.Transports]);
        var repository = new Option<string>("--repository") { Description = "The clone, for perf/results and .ecny.", DefaultValueFactory = _ => ServiceBinaries.Repository };
        var root = new RootCommand("Measures the platform on this machine; results go to perf/results.") { name, json, seconds, wallets, numbers, entries, transport, repository };
        root.SetAction(async (parsed, stop) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(repository)!);
            var reporter = new Reporter(folder, parsed.GetValue(json));
            var chosen = parsed.GetValue(name)!;
            var ok = true;
            foreach (var one in chosen == "all" ? Names : [chosen])
            {
                var result = one switch
                {
                    "ledger" => await new LedgerBench(folder, new LedgerCity(parsed.GetValue(wallets), parsed.GetValue(numbers)), parsed.GetValue(seconds)).Run(stop),
                    "payments" or "hot-merchant" or "pay-code" => await new PaymentsBench(folder, one, parsed.GetValue(seconds)).Run(stop),
                    "risk-engine" => new RiskEngineBench(parsed.GetValue(seconds)).Run(stop),
                    "events" => await new EventsBench(folder, parsed.GetValue(transport), parsed.GetValue(seconds)).Run(stop),
                    "catch-up" => await new CatchUpBench(folder, parsed.GetValue(entries)).Run(stop),
                    "payments-all" => await new PaymentsAllBench(folder, parsed.GetValue(seconds)).Run(stop),
                    "up" => await new UpBench(folder).Run(stop),
                    _ => throw new InvalidOperationException($"No benchmark is called {one}."),
                };
                reporter.Publish(result);
                ok &= result.Faults.Count == 0;
            }
            return ok ? 0 : 1;
        });
        return await root.Parse(args).InvokeAsync();
    }
}
