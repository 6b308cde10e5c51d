using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Tests.Engine;

public sealed class Snapshots
{
    [Theory]
    [InlineData(1, 997)]
    [InlineData(7, 61)]
    public void an_engine_that_is_stored_and_restored_again_and_again_goes_on_like_one_that_never_was(int seed, int every)
    {
        var entries = RandomCity.Entries(seed, count: 12_000);
        var (live, stored) = (new RiskEngine(RuleCatalogue.Default, EngineOptions.Default), new RiskEngine(RuleCatalogue.Default, EngineOptions.Default));
        var (liveAlerts, storedAlerts) = (new List<Alert>(), new List<Alert>());
        for (var i = 0; i < entries.Count; i++)
        {
            if (i % every == 0) stored = new RiskEngine(RuleCatalogue.Default, EngineOptions.Default, stored.Save());
            if (i % 500 == 0)
            {
                var change = new ListChange(entries[i].Debit, "suspects", i % 1_500 != 0, entries[i].AtMicros + 3_600_000_000L * 30);
                live.Accept(change);
                stored.Accept(change);
            }
            live.Accept(entries[i], liveAlerts);
            stored.Accept(entries[i], storedAlerts);
        }
        live.AdvanceTo(History.Micros(24 * 100), liveAlerts);
        stored.AdvanceTo(History.Micros(24 * 100), storedAlerts);
        Assert.True(liveAlerts.Count > 100);
        Assert.True(liveAlerts.SelectMany(alert => alert.RuleVersions).Distinct().Count() >= 5);
        Assert.Equal(Printed.Of(liveAlerts), Printed.Of(storedAlerts));
        Assert.Equal(live.Statistics, stored.Statistics);
    }

    [Fact]
    public void what_is_stored_says_the_same_again()
    {
        var engine = Fed(seed: 3);
        var once = engine.Save();
        Assert.Equal(Bytes(once), Bytes(new RiskEngine(RuleCatalogue.Default, EngineOptions.Default, once).Save()));
    }

    [Fact]
    public void open_alerts_go_on_under_a_newer_catalogue()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 5; payer++) history.Pay(payer, 50, 1_000, payer);
        history.Pay(50, 60, 4_500, 8);
        var before = Assert.Single(history.Alerts);
        var newer = RuleCatalogue.Default.Only(["R07"]);
        newer = newer with { Rules = [newer.Rules[0] with { Version = 2 }], Typologies = [.. newer.Typologies.Select(typology => typology with { Version = 2 })] };
        var engine = new RiskEngine(newer, EngineOptions.Default, history.Engine.Save());
        var alerts = new List<Alert>();
        engine.Accept(History.Entry(100, 6, 50, 1_000, 9), alerts);
        engine.Accept(History.Entry(101, 50, 60, 1_000, 10), alerts);
        var after = Assert.Single(alerts);
        Assert.Equal((before.Id, before.Revision + 1), (after.Id, after.Revision));
        Assert.Contains("R07/2", after.RuleVersions);
    }

    [Fact]
    public void a_damaged_state_is_refused()
    {
        var state = Fed(seed: 5).Save();
        var cut = new EngineState([.. state.Parts.Select((part, i) => i == 0 ? part with { Body = part.Body[..^9] } : part)]);
        Assert.Throws<EngineStateException>(() => new RiskEngine(RuleCatalogue.Default, EngineOptions.Default, cut));
        Assert.Throws<EngineStateException>(() => new RiskEngine(RuleCatalogue.Default, EngineOptions.Default, new EngineState([])));
    }

    [Fact]
    public void an_alert_is_news_when_it_is_new_graver_or_twice_as_large()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 5; payer++) history.Pay(payer, 50, 1_000, payer * 0.1);
        history.Pay(50, 60, 4_500, 1);
        for (var more = 0; more < 30; more++)
        {
            history.Pay(100 + more, 50, 1_000, 1.1 + more * 0.1);
            history.Pay(50, 60, 1_000, 1.15 + more * 0.1);
        }
        Assert.True(history.Revisions.Count > 20);
        Assert.True(history.Revisions[0].IsNews);
        Assert.InRange(history.Revisions.Count(alert => alert.IsNews), 3, 8);
    }

    private static RiskEngine Fed(int seed)
    {
        var engine = new RiskEngine(RuleCatalogue.Default, EngineOptions.Default);
        foreach (var entry in RandomCity.Entries(seed, 9_000)) engine.Accept(entry, []);
        return engine;
    }

    private static string Bytes(EngineState state) => string.Join('\n', state.Parts.Select(part => $"{part.Section} {Convert.ToHexString(part.Body.Span)}"));
}
