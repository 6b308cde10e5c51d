using Ecny.Testing.Simulation;
using Xunit;

namespace Ecny.Ledger.Tests.Simulation;

/// <summary>Hundreds of bad half minutes, and proof that the checks would notice.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsPerCase = 60;

    public static TheoryData<int> Starts => [.. Enumerable.Range(0, 10).Select(i => 1 + i * SeedsPerCase)];

    [Theory, MemberData(nameof(Starts))]
    public void whatever_fails_the_journal_explains_every_answer(int firstSeed)
    {
        var (failed, counts) = Run(firstSeed, SeedsPerCase, new SimulationOptions());
        output.WriteLine(counts.ToString());
        foreach (var result in failed)
            output.WriteLine($"seed {result.Seed} (again: ./ecny drill simulate --from {result.Seed} --seeds 1):\n  {string.Join("\n  ", result.Violations)}");
        Assert.True(failed.Count == 0, $"{failed.Count} seeds failed: {string.Join(", ", failed.Select(result => result.Seed))}");
        var quiet = counts is not { Unknown: > 0, Barriers: > 0, Lost: > 0, Failovers: > 0, Crashes: > 0, ClockJumps: > 0, Refusing: > 0, DayEnds: > 0, TakenBack: > 0, Settled: > 1000, Declined: > 1000 };
        Assert.False(quiet, $"nothing is proven by so quiet a run: {counts}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void a_seed_is_a_run(int seed)
    {
        var (first, second) = (Testing.Simulation.Simulation.Run(seed, new SimulationOptions()), Testing.Simulation.Simulation.Run(seed, new SimulationOptions()));
        Assert.Equal((first.Digest, first.Entries, first.Steps), (second.Digest, second.Entries, second.Steps));
        Assert.NotEqual(first.Digest, Testing.Simulation.Simulation.Run(seed + 1, new SimulationOptions()).Digest);
    }

    [Fact]
    public void a_store_that_does_not_check_the_epoch_is_found_out() => Finds(new SimulationOptions { StoreSkipsFence = true });

    [Fact]
    public void a_store_that_takes_an_unknown_commit_for_done_is_found_out() => Finds(new SimulationOptions { StoreTakesUnknownForDone = true });

    [Fact]
    public void a_failover_that_loses_an_acknowledged_commit_is_found_out() => Finds(new SimulationOptions { FailoverLosesAcknowledged = true });

    private void Finds(SimulationOptions sabotage)
    {
        const int seeds = 30;
        var (failed, _) = Run(1, seeds, sabotage);
        output.WriteLine($"found by {failed.Count} of {seeds} seeds, for instance: {failed.FirstOrDefault()?.Violations[0]}");
        Assert.NotEmpty(failed);
    }

    private static (List<SimulationResult> Failed, SimulationCounts Counts) Run(int firstSeed, int seeds, SimulationOptions options)
    {
        var (failed, counts) = (new List<SimulationResult>(), new SimulationCounts());
        Parallel.For(firstSeed, firstSeed + seeds, seed =>
        {
            var result = Testing.Simulation.Simulation.Run(seed, options);
            lock (counts)
            {
                counts.Add(result.Counts);
                if (result.Violations.Count > 0) failed.Add(result);
            }
        });
        return ([.. failed.OrderBy(result => result.Seed)], counts);
    }
}
