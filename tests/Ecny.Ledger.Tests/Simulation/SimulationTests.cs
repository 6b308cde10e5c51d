using Ecny.Testing.Simulation;
using Xunit;

namespace Ecny.Ledger.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsPerCase = 60;

    public static TheoryData<int> Starts => [.. Enumerable.Range(0, 10).Select(i => 1 + i * SeedsPerCase)];

    [Theory, MemberData(nameof(Starts))]
    public void whatever_fails_the_journal_explains_every_answer(int firstSeed)
    {
        var failed = new List<SimulationResult>();
        var counts = new SimulationCounts();
        Parallel.For(firstSeed, firstSeed + SeedsPerCase, seed =>
        {
            var result = Testing.Simulation.Simulation.Run(seed, new SimulationOptions());
            lock (counts)
            {
                counts.Add(result.Counts);
                if (result.Violations.Count > 0) failed.Add(result);
            }
        });
        output.WriteLine(counts.ToString());
        foreach (var result in failed.OrderBy(result => result.Seed))
            output.WriteLine($"seed {result.Seed} (again: ./ecny drill simulate --from {result.Seed} --seeds 1):\n  {string.Join("\n  ", result.Violations)}");
        Assert.True(failed.Count == 0, $"{failed.Count} seeds failed: {string.Join(", ", failed.Select(result => result.Seed).Order())}");
        Assert.True(counts is { Unknown: > 0, Barriers: > 0, Lost: > 0, Failovers: > 0, Crashes: > 0, ClockJumps: > 0, Settled: > 1000, DayEnds: > 0 }, $"too quiet: {counts}");
    }
}
