using System.Diagnostics;
using System.Text.Json.Nodes;
using Ecny.Bench.Report;
using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Bench.Risk;

/// <summary>
/// <c>bench risk-engine</c>: the engine alone, all rules on, one thread, fed as fast as it takes; beside it the naive rules on the same entries.
/// Entries are made in blocks outside the measured time. Half of the phase warms up: days of event time pass, so windows are
/// filled when it counts.
/// </summary>
internal sealed class RiskEngineBench(int seconds)
{
    private const long Wallets = 100_000;
    private const long Merchants = 2_000;
    private const int Block = 50_000;

    public BenchResult Run(CancellationToken stop)
    {
        Progress.Say($"engine, all rules, {seconds} s");
        var began = Stopwatch.GetTimestamp();
        var engine = new RiskEngine(RuleCatalogue.Default, EngineOptions.Default);
        var alerts = new List<Alert>();
        long raised = 0;
        var measured = Measure(seconds, entry =>
        {
            engine.Accept(entry, alerts);
            raised += alerts.Count;
            alerts.Clear();
        }, stop);
        var memory = GC.GetTotalMemory(forceFullCollection: true) / (1024 * 1024);
        var statistics = engine.Statistics;
        GC.KeepAlive(engine);

        Progress.Say($"naive rules, {Math.Max(2, seconds / 4)} s");
        var naive = new NaiveRules();
        var baseline = Measure(Math.Max(2, seconds / 4), entry => naive.Accept(entry), stop);
        return new BenchResult
        {
            Name = "risk-engine",
            Settings = new JsonObject { ["wallets"] = Wallets, ["merchants"] = Merchants, ["rules"] = RuleCatalogue.Default.Rules.Count, ["threads"] = 1, ["seconds"] = seconds },
            Figures = new JsonObject
            {
                ["perSecond"] = Math.Round(measured.PerSecond), ["p50Micros"] = measured.P50, ["p99Micros"] = measured.P99, ["maxMillis"] = measured.MaxMillis, ["memoryMiB"] = memory,
                ["entries"] = measured.Entries, ["walletsHeld"] = statistics.Wallets, ["pairsHeld"] = statistics.Pairs, ["findings"] = statistics.Findings, ["alertRevisions"] = raised,
                ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1),
            },
            Baseline = new JsonObject { ["what"] = "per-wallet lists and LINQ over the last day, five rules, no graph", ["perSecond"] = Math.Round(baseline.PerSecond), ["p99Micros"] = baseline.P99, ["entries"] = baseline.Entries },
            Faults = measured.PerSecond < 20_000 ? ["Fewer than 20 000 entries a second."] : [],
        };
    }

    private static Measurement Measure(int seconds, Action<RiskEntry> accept, CancellationToken stop)
    {
        var city = new RiskCity(Wallets, Merchants);
        var block = new RiskEntry[Block];
        var times = new List<long>(1 << 20);
        long index = 0, ticks = 0, counted = 0;
        var budget = seconds * Stopwatch.Frequency;
        for (var used = 0L; used < budget;)
        {
            stop.ThrowIfCancellationRequested();
            for (var i = 0; i < Block; i++) block[i] = city.Entry(index++);
            var start = Stopwatch.GetTimestamp();
            var last = start;
            foreach (var entry in block)
            {
                accept(entry);
                var now = Stopwatch.GetTimestamp();
                if (used >= budget / 2) times.Add(now - last);
                last = now;
            }
            if (used >= budget / 2)
            {
                ticks += last - start;
                counted += Block;
            }
            used += last - start;
        }
        times.Sort();
        return new Measurement(index, counted / ((double)ticks / Stopwatch.Frequency), Micros(times[times.Count / 2]), Micros(times[(int)(times.Count * 0.99)]), Math.Round(Micros(times[^1]) / 1_000, 2));
    }

    private static double Micros(long ticks) => Math.Round(ticks * 1e6 / Stopwatch.Frequency, 2);

    private sealed record Measurement(long Entries, double PerSecond, double P50, double P99, double MaxMillis);
}
