using System.Diagnostics;
using Ecny.Contracts.Ledger;
using Ecny.Testing;

namespace Ecny.Risk.Tests.Service;

/// <summary>How fast the consumer takes a long journal with all its rules, alerts, feeds and stored states. Run by name; a figure, not a check of every build.</summary>
public sealed class CatchUp(PostgresFixture postgres)
{
    [Fact(Explicit = true)]
    public async Task a_long_pause_is_caught_up_with_20_000_entries_a_second()
    {
        const int Count = 400_000;
        var random = new Random(20260105);
        var journal = new MemoryJournal();
        for (var i = 0; i < Count; i++)
        {
            var (hours, payer) = (i / (double)Count * 24 * 7, random.Next(60_000));
            if (i % 2_000 == 0) Patterns.MuleHouse(journal, 200_000 + i, hours);
            var amount = random.Next(100, 50_000);
            if (random.Next(10) < 7) journal.Add(EntryKind.Payment, payer, 150_000 + random.Next(2_000), amount, MemoryJournal.At(hours), "II", "CORPORATE");
            else journal.Add(EntryKind.Transfer, payer, (payer + random.Next(1, 30)) % 60_000, amount, MemoryJournal.At(hours), "II", "II");
        }
        await using var scene = new RiskScene(await RiskScene.NewDatabase(postgres), journal) { PageSize = 5_000, SnapshotEntries = 100_000 };
        var clock = Stopwatch.StartNew();
        await scene.Run();
        var rate = journal.Head / clock.Elapsed.TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{journal.Head} entries in {clock.Elapsed.TotalSeconds:0.0} s: {rate:0} a second; {await scene.Scalar<long>("SELECT count(*) FROM risk.alert")} alerts, {await scene.Scalar<long>("SELECT count(*) FROM messaging.outbox")} signals, states stored {await scene.Dump("SELECT seq, (SELECT sum(length(body)) FROM risk.snapshot_part p WHERE p.seq = s.seq) FROM risk.snapshot s")}");
        clock.Restart();
        await scene.Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"a restart took {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(rate >= 20_000, $"{rate:0} entries a second");
    }
}
