using System.CommandLine;
using System.Diagnostics;
using Ecny.Testing.Simulation;

// ./ecny drill simulate: as many seeds of the simulation as there is time for. Exit code 1 when one of them fails.
var seeds = new Option<int>("--seeds") { Description = "How many runs.", DefaultValueFactory = _ => 5_000 };
var from = new Option<int>("--from") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var clients = new Option<int>("--clients") { Description = "Clients in each run.", DefaultValueFactory = _ => new SimulationOptions().Clients };
var commands = new Option<int>("--commands") { Description = "Commands of each client.", DefaultValueFactory = _ => new SimulationOptions().CommandsPerClient };
var verbose = new Option<bool>("--verbose") { Description = "One line for each seed, with the digest that an equal run has too." };
var root = new RootCommand("Deterministic simulation of the ledger: crashes, lost answers, failovers, two owners, clocks that jump.") { seeds, from, clients, commands, verbose };
root.SetAction(parsed => Drill(parsed.GetValue(from), parsed.GetValue(seeds), parsed.GetValue(verbose),
    new SimulationOptions { Clients = parsed.GetValue(clients), CommandsPerClient = parsed.GetValue(commands) }));
return root.Parse(args).Invoke();

static int Drill(int from, int seeds, bool verbose, SimulationOptions options)
{
    var (done, entries, failed, counts, clock) = (0, 0L, new List<int>(), new SimulationCounts(), Stopwatch.StartNew());
    Parallel.For(from, from + seeds, seed =>
    {
        var result = Simulation.Run(seed, options);
        lock (counts)
        {
            counts.Add(result.Counts);
            entries += result.Entries;
            if (verbose) Console.WriteLine($"seed {seed}: {result.Digest}, {result.Entries} entries, {result.Steps} steps, {result.Violations.Count} violations");
            if (result.Violations.Count > 0)
            {
                failed.Add(seed);
                Console.WriteLine($"seed {seed} FAILED (again: ./ecny drill simulate --from {seed} --seeds 1)");
                foreach (var violation in result.Violations) Console.WriteLine($"  {violation}");
            }
            if (++done % 100 == 0) Console.WriteLine($"{done} of {seeds} seeds, {failed.Count} failed, {entries} entries, {clock.Elapsed.TotalSeconds:F0} s");
        }
    });
    Console.WriteLine(counts);
    Console.WriteLine(failed.Count == 0 ? $"{seeds} seeds passed, {entries} entries explained." : $"{failed.Count} of {seeds} seeds FAILED: {string.Join(", ", failed.Order())}");
    return failed.Count == 0 ? 0 : 1;
}
