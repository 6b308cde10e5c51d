using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Risk.Tests.Engine;
using Ecny.Testing;

namespace Ecny.Risk.Tests.Service;

/// <summary>The consumer on real PostgreSQL: from the journal to alerts and feeds, and the same again after whatever happens.</summary>
public sealed class ConsumerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task planted_patterns_become_alerts_and_reach_the_feed_of_their_track()
    {
        await using var scene = await RiskScene.Open(postgres);
        Patterns.MuleHouse(scene.Journal, 1_000, 1);
        Patterns.Cycle(scene.Journal, 2_000, 5);
        Patterns.Structuring(scene.Journal, 3_000, 10);
        scene.Journal.DayEnd(24);
        await scene.Run();
        Assert.Equal("LAYERING|2\nMULE_HOUSE|1\nSTRUCTURING|2", await scene.Dump("SELECT DISTINCT typology, track FROM risk.alert WHERE typology <> 'LARGE_VALUE' ORDER BY 1"));
        Assert.Equal("MULE_HOUSE", await scene.Dump("SELECT DISTINCT convert_from(envelope, 'UTF8')::jsonb #>> '{data,typology}' FROM messaging.outbox WHERE topic = 'ecny.feed.public-security.v1'"));
        Assert.DoesNotContain("MULE_HOUSE", await scene.Dump("SELECT DISTINCT convert_from(envelope, 'UTF8')::jsonb #>> '{data,typology}' FROM messaging.outbox WHERE topic = 'ecny.feed.regulator.v1'"));
        var mule = JsonDocument.Parse(await scene.Dump("SELECT convert_from(body, 'UTF8') FROM risk.alert WHERE typology = 'MULE_HOUSE' ORDER BY number LIMIT 1")).RootElement;
        Assert.Contains("跑分水房", mule.GetProperty("explanation").GetProperty("zh").GetString());
        Assert.Contains("R07/1", mule.GetProperty("ruleVersion").EnumerateArray().Select(rule => rule.GetString()));
        Assert.Equal(mule.GetProperty("amountAtRisk").GetInt64(), mule.GetProperty("currentHolderWallets").EnumerateArray().Sum(holder => holder.GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task nothing_that_was_declined_or_moves_no_money_is_looked_at()
    {
        await using var scene = await RiskScene.Open(postgres);
        for (var payer = 1; payer <= 6; payer++) scene.Journal.Transfer(payer, 50, 1_000, payer).DeclineCode = "INSUFFICIENT_FUNDS";
        scene.Journal.Transfer(50, 60, 5_000, 8);
        scene.Journal.Add(0, 0, 0, 0, MemoryJournal.At(9), null, null);
        scene.Journal.Add(EntryKind.WalletOpen, 0, 77, 0, MemoryJournal.At(10), null, null);
        await scene.Run();
        Assert.Equal("", await scene.Alerts());
    }

    [Fact]
    public async Task a_rebuild_from_nothing_gives_the_live_state_bit_by_bit()
    {
        var journal = new MemoryJournal();
        await using var live = await RiskScene.Open(postgres, journal);
        foreach (var entry in RandomCity.Entries(seed: 42, count: 3_000)) journal.Add(entry);
        var poison = journal.Transfer(1, 2, 100, 200, "WIZARD").Seq;
        foreach (var entry in RandomCity.Entries(seed: 43, count: 1_500)) journal.Add(entry with { AtMicros = entry.AtMicros + 150L * 3_600_000_000 });
        journal.Visible = 0;
        // Live: in pieces, with a restart after each, wallets listed and unlisted in between, and one entry that cannot be taken.
        for (var piece = 1; piece <= 9; piece++)
        {
            journal.Visible = piece * 500;
            await live.Execute($"INSERT INTO risk.list_change (list, wallet, listed, until_micros) SELECT 'police:suspects', {MemoryJournal.Wallet(piece % 3 + 5)}, {piece % 3 != 2}, 9223372036854775807");
            await live.Run();
        }
        journal.Visible = long.MaxValue;
        await live.Run();
        Assert.True(await live.Scalar<long>("SELECT count(*) FROM risk.snapshot") == 2);
        Assert.Equal($"{poison}", await live.Dump("SELECT seq FROM messaging.parked"));
        var (alerts, signals) = (await live.Alerts(), await live.Signals());
        Assert.Contains("LISTED", alerts);
        Assert.Contains("MULE_HOUSE", alerts);

        // Somewhere else, with nothing but the recorded inputs: one stretch, other pages.
        await using var other = new RiskScene(await RiskScene.NewDatabase(postgres), journal) { PageSize = 777, SnapshotEntries = 1_000_000 };
        foreach (var line in (await live.Dump("SELECT list, wallet, listed, until_micros, shard, after_seq FROM risk.list_change ORDER BY number")).Split('\n').Select(line => line.Split('|')))
            await other.Execute($"INSERT INTO risk.list_change (list, wallet, listed, until_micros, shard, after_seq) VALUES ('{line[0]}', {line[1]}, {line[2]}, {line[3]}, {line[4]}, {line[5]})");
        await other.Run();
        Assert.Equal(alerts, await other.Alerts());
        Assert.Equal(signals, await other.Signals());

        // In place: alerts, snapshots and cursor are emptied; the feeds stay, and nobody is told twice.
        await live.Execute("TRUNCATE risk.alert, risk.snapshot, risk.snapshot_part; DELETE FROM messaging.cursor WHERE consumer = 'risk.engine'");
        await live.Run();
        Assert.Equal(alerts, await live.Alerts());
        Assert.Equal(signals, await live.Signals());
    }

    [Fact]
    public async Task a_poisoned_entry_is_parked_and_can_be_run_again_without_disturbing_a_rebuild()
    {
        var journal = new MemoryJournal();
        await using var scene = await RiskScene.Open(postgres, journal);
        for (var payer = 1; payer <= 4; payer++) journal.Transfer(payer, 50, 1_000, payer);
        var poison = journal.Transfer(5, 50, 1_000, 5);
        poison.Context.PayerClass = "WIZARD";
        for (var other = 1; other <= 700; other++) journal.Transfer(200 + other, 2_000 + other, 10, 5 + other * 0.0001);
        await using (var running = new Stopping(await scene.Start()))
        {
            await running.Consumer.Reaches(journal.Head);
            Assert.Equal(1, running.Consumer.Status.Parked);
            Assert.Contains("WIZARD", await scene.Dump("SELECT reason FROM messaging.parked"));
            // Repaired: it is taken now, later than its neighbours, and the ring is complete.
            poison.Context.PayerClass = "I";
            Assert.True(await new ParkedEntries(scene.Database).Rerun("risk.engine", 0, poison.Seq, TestContext.Current.CancellationToken));
            await Eventually.True(() => scene.Scalar<long>("SELECT count(*) FROM risk.rerun").ContinueWith(count => count.Result == 1, TaskScheduler.Default), "the entry, taken");
            journal.Transfer(50, 60, 4_900, 8);
            await running.Consumer.Reaches(journal.Head);
        }
        var alerts = await scene.Alerts();
        Assert.Contains("MULE_HOUSE", alerts);
        // Started again: nothing changes. From nothing: the same.
        await scene.Run();
        Assert.Equal(alerts, await scene.Alerts());
        await scene.Execute("TRUNCATE risk.alert, risk.snapshot, risk.snapshot_part; DELETE FROM messaging.cursor WHERE consumer = 'risk.engine'");
        await scene.Run();
        Assert.Equal(alerts, await scene.Alerts());
    }

    [Fact]
    public async Task feeds_have_no_gap_for_any_reader_though_the_consumer_is_killed_in_mid_transaction_again_and_again()
    {
        var journal = new MemoryJournal();
        await using var scene = await RiskScene.Open(postgres, journal);
        for (var ring = 0; ring < 60; ring++) Patterns.MuleHouse(journal, 1_000 * (ring + 1), ring * 2);
        for (var ring = 0; ring < 40; ring++) Patterns.Cycle(journal, 100_000 + 10 * ring, 121 + ring);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => Follow(scene, stop.Token))).ToList();
        journal.Visible = 0;
        // Every third transaction that tells something dies after the alerts and the signals are written, before the commit.
        await scene.Execute("""
            CREATE SEQUENCE told;
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF nextval('told') % 3 = 0 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER die AFTER INSERT ON messaging.outbox EXECUTE FUNCTION die();
            """);
        await using var first = new Stopping(await scene.Start());
        await using var second = new Stopping(await scene.Start());
        for (var visible = 20; visible <= journal.Written; visible += 20)
        {
            journal.Visible = visible;
            await Eventually.True(() => scene.Scalar<long>("SELECT coalesce(max(seq), 0) FROM messaging.cursor").ContinueWith(seq => seq.Result == journal.Head, TaskScheduler.Default), "what is visible, taken", TimeSpan.FromSeconds(60));
        }
        journal.Visible = long.MaxValue;
        await Eventually.True(() => scene.Scalar<long>("SELECT coalesce(max(seq), 0) FROM messaging.cursor").ContinueWith(seq => seq.Result == journal.Head, TaskScheduler.Default), "everything taken", TimeSpan.FromSeconds(60));
        Assert.True(await scene.Scalar<long>("SELECT last_value FROM told") > 20);
        await stop.CancelAsync();
        var followed = await Task.WhenAll(readers);
        Assert.All(followed, reader => Assert.Equal(Enumerable.Range(1, reader.Count).Select(i => (long)i), reader));
        await using var calm = await RiskScene.Open(postgres, journal);
        await calm.Run();
        Assert.Equal(await calm.Alerts(), await scene.Alerts());
        Assert.Equal(await calm.Signals(), await scene.Signals());
    }

    [Fact]
    public async Task a_new_version_of_a_rule_takes_effect_at_one_place_for_ever_and_versions_never_change()
    {
        var journal = new MemoryJournal();
        await using var scene = await RiskScene.Open(postgres, journal);
        Patterns.MuleHouse(journal, 1_000, 1);
        await scene.Run();
        scene.Catalogue = scene.Catalogue.Replace("\"id\": \"R07\", \"version\": 1", "\"id\": \"R07\", \"version\": 2", StringComparison.Ordinal);
        Patterns.MuleHouse(journal, 5_000, 40);
        await scene.Run();
        var alerts = await scene.Alerts();
        Assert.Contains("R07/2", alerts);
        Assert.Contains("R07/1", alerts);
        Assert.Equal("1\n2", await scene.Dump("SELECT version FROM risk.rule_version WHERE id = 'R07' ORDER BY 1"));
        // An older build does not bring the older rules back, and a rebuild changes the rules where they were changed.
        scene.Catalogue = Risk.Engine.Catalogue.RuleCatalogue.DefaultJson();
        await scene.Execute("TRUNCATE risk.alert, risk.snapshot, risk.snapshot_part; DELETE FROM messaging.cursor WHERE consumer = 'risk.engine'");
        await scene.Run();
        Assert.Equal(alerts, await scene.Alerts());
        // The same version with other content is refused.
        scene.Catalogue = scene.Catalogue.Replace("\"minPayers\": 5", "\"minPayers\": 4", StringComparison.Ordinal);
        var refused = await scene.Start();
        var status = await Eventually.Get(() => Task.FromResult(refused.Status), status => status.Reason is not null, "a consumer that does not run");
        Assert.Contains("R07/1 is recorded with other content", status.Reason);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => scene.Execute("UPDATE risk.rule_version SET body = '{}'"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => scene.Execute("DELETE FROM risk.law_order"));
    }

    [Fact]
    public async Task a_damaged_snapshot_only_costs_time()
    {
        var journal = new MemoryJournal();
        await using var scene = await RiskScene.Open(postgres, journal);
        foreach (var entry in RandomCity.Entries(seed: 8, count: 1_200)) journal.Add(entry);
        journal.Visible = 900;
        await scene.Run();
        Assert.True(await scene.Scalar<long>("SELECT count(*) FROM risk.snapshot") > 0);
        await scene.Execute("UPDATE risk.snapshot_part SET body = substr(body, 1, length(body) - 5) WHERE section = 'state'");
        journal.Visible = long.MaxValue;
        await scene.Run();
        await using var calm = await RiskScene.Open(postgres, journal);
        await calm.Run();
        Assert.Equal(await calm.Alerts(), await scene.Alerts());
    }

    /// <summary>Reads a feed as a customer does, until told to stop and nothing is left; the sequences it saw.</summary>
    private static async Task<List<long>> Follow(RiskScene scene, CancellationToken stop)
    {
        var (outbox, seen) = (new OutboxReader(scene.Database), new List<long>());
        while (true)
        {
            var last = stop.IsCancellationRequested;
            var page = await outbox.Read(Topics.FeedPublicSecurity, seen.Count > 0 ? seen[^1] : 0, 7, CancellationToken.None);
            seen.AddRange(page.Select(fact => fact.Seq));
            if (last && page.Count == 0) return seen;
            if (page.Count == 0) await Task.Delay(1, CancellationToken.None);
        }
    }

    private sealed record Stopping(RunningConsumer Consumer) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Consumer.Stop();
    }
}
