using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests.Engine;

public sealed class Order
{
    [Fact]
    public void a_late_entry_goes_to_its_place()
    {
        var history = new History("R10");
        history.Pay(1, 2, 1_000, 0);
        history.Pay(3, 1, 900, 9);
        history.Pay(7, 8, 1, 20);
        Assert.Empty(history.Alerts);
        // The middle hop was made offline and is uploaded last. It closes no cycle by itself: the money had come back before it was known to have left.
        Assert.Equal(Acceptance.TakenLate, history.Pay(2, 3, 950, 3));
        history.Pay(3, 1, 890, 22);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal<long>([1, 4, 5], alert.Edges.Select(edge => edge.Seq));
    }

    [Fact]
    public void a_late_inflow_completes_a_fan_in_at_the_next_outflow()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 4; payer++) history.Pay(payer, 50, 1_000, payer);
        history.Pay(50, 60, 4_000, 8);
        Assert.Empty(history.Alerts);
        Assert.Equal(Acceptance.TakenLate, history.Pay(5, 50, 500, 5));
        history.Pay(50, 60, 400, 9);
        Assert.Equal(7, Assert.Single(history.Alerts).Edges.Count);
    }

    [Fact]
    public void beyond_the_allowed_lateness_nothing_counts()
    {
        var history = new History();
        history.Pay(1, 2, 1, 100);
        Assert.Equal(Acceptance.TakenLate, history.Pay(1, 3, 1, 52));
        Assert.Equal(Acceptance.TooLate, history.Pay(1, 4, 1, 51.9));
        Assert.Equal((2L, 1L, 1L), (history.Statistics.Taken, history.Statistics.Late, history.Statistics.TooLate));
    }

    [Fact]
    public void a_duplicate_changes_nothing()
    {
        var (once, twice) = (new History("R10"), new History("R10"));
        RiskEntry[] entries = [History.Entry(1, 1, 2, 1_000, 0), History.Entry(2, 2, 3, 950, 3), History.Entry(3, 3, 1, 900, 9)];
        foreach (var entry in entries) once.Feed(entry);
        foreach (var entry in entries) Assert.Equal(Acceptance.Taken, twice.Feed(entry));
        foreach (var entry in entries) Assert.Equal(Acceptance.Duplicate, twice.Feed(entry));
        Assert.Equal(Printed.Of(once.Revisions), Printed.Of(twice.Revisions));
        Assert.Equal(3, twice.Statistics.Duplicates);
    }

    [Fact]
    public void what_moves_no_customers_money_is_not_relevant()
    {
        var history = new History();
        Assert.Equal(Acceptance.NotRelevant, history.Pay(1, 2, 1, 0, EntryKind.DayEnd));
        Assert.Equal(Acceptance.NotRelevant, history.Pay(1, 2, 1, 0, EntryKind.Transfer, WalletClass.Operator));
        Assert.Equal(0, history.Statistics.Wallets);
    }

    [Fact]
    public void within_a_day_an_alert_grows_and_then_a_new_one_is_raised()
    {
        var history = new History("R08");
        history.Pay(1, 50, 50_000, 0);
        for (var payee = 61; payee <= 67; payee++) history.Pay(50, payee, 5_000, (payee - 60) / 10.0);
        var first = Assert.Single(history.Alerts);
        Assert.Equal((3, 8), (first.Revision, first.Edges.Count));
        history.Pay(1, 50, 50_000, 30);
        for (var payee = 71; payee <= 75; payee++) history.Pay(50, payee, 5_000, 30 + (payee - 70) / 10.0);
        Assert.Equal(2, history.Alerts.Count);
    }

    [Fact]
    public void bands_of_different_rules_add_up_to_one_typology()
    {
        var json = RuleCatalogue.DefaultJson().Replace("\"threshold\": 0.5", "\"threshold\": 0.75", StringComparison.Ordinal);
        var history = new History(RuleCatalogue.Parse(json), EngineOptions.Default);
        for (var payer = 1; payer <= 5; payer++) history.Pay(payer, 50, 3_000, payer);
        // R07 alone (medium, 0.5) is below the threshold …
        history.Pay(50, 60, 14_800, 6);
        Assert.Empty(history.Alerts);
        // … and with two passes through the same wallet (R04, medium) above it.
        history.Pay(1, 50, 3_000, 7);
        history.Pay(50, 60, 2_900, 7.2);
        history.Pay(2, 50, 3_000, 8);
        history.Pay(50, 60, 2_900, 8.2);
        Assert.Contains(history.Alerts, alert => alert.RuleVersions.SequenceEqual(["R04/1", "R07/1"]) && alert.Confidence >= 0.99);
    }

    [Fact]
    public void wallets_that_fell_silent_leave_the_memory()
    {
        var history = new History();
        for (var i = 0; i < 5_000; i++) history.Pay(10_000 + 2 * i, 10_001 + 2 * i, 1, i / 10.0);
        Assert.InRange(history.Statistics.Wallets, 1_000, 3_100);
        history.Advance(24 * 200);
        Assert.Equal(0, history.Statistics.Wallets);
        Assert.Equal(0, history.Statistics.Ripening);
    }

    [Fact]
    public void the_pair_memory_is_bounded()
    {
        var history = new History(RuleCatalogue.Default, new EngineOptions { MaxPairs = 1_000 });
        for (var i = 0; i < 10_000; i++) history.Pay(10_000 + 2 * i, 10_001 + 2 * i, 1, i / 1_000.0);
        Assert.InRange(history.Statistics.Pairs, 500, 1_000);
    }
}
