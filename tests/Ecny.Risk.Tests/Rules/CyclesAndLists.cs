using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests.Rules;

public sealed class CyclesAndLists
{
    [Fact]
    public void money_that_comes_back_within_a_day_is_layering()
    {
        var history = new History("R10");
        history.Pay(1, 2, 1_000, 0);
        history.Pay(2, 3, 950, 3);
        history.Pay(3, 1, 900, 9);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal(("LAYERING/1", "regulator", RiskTrack.Aml), (alert.Typology, alert.Feed, alert.Track));
        Assert.Equal(3, alert.Edges.Count);
    }

    [Theory]
    [InlineData(950, 700, 9)] // a hop loses more than 20 %
    [InlineData(1_050, 900, 9)] // a hop carries more than came
    [InlineData(950, 900, 25)] // after more than a day
    [InlineData(950, 900, 2)] // the last hop before the second
    public void what_is_no_cycle_raises_nothing_at_once(int second, int third, double at)
    {
        var history = new History("R10");
        history.Pay(1, 2, 1_000, 0);
        if (at < 3) history.Pay(3, 1, third, at);
        history.Pay(2, 3, second, 3);
        if (at >= 3) history.Pay(3, 1, third, at);
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void paying_back_is_too_common_to_alert_alone()
    {
        var history = new History("R10");
        history.Pay(1, 2, 1_000, 0);
        history.Pay(2, 1, 1_000, 3);
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void a_slow_cycle_of_strangers_is_found_whatever_the_amounts()
    {
        var history = new History("R10");
        for (var hop = 0; hop < 5; hop++) history.Pay(10 + hop, 10 + (hop + 1) % 5, 100 + 400 * (hop % 2), 60 * hop);
        history.Advance(60 * 4 + 24 * 13);
        Assert.Empty(history.Alerts);
        Assert.Equal(5, Assert.Single(history.Advance(60 * 4 + 24 * 15).Alerts).Edges.Count);
    }

    [Fact]
    public void a_payment_with_a_listed_wallet_blocks()
    {
        var history = new History("R24");
        history.Pay(1, 2, 100, 0);
        history.Engine.Accept(new ListChange(1, "public-security", true, History.Micros(48)));
        history.Pay(1, 2, 100, 1);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal((RiskAction.Block, Band.Critical), (alert.SuggestedAction, alert.Severity));
        Assert.Equal(2, alert.Subjects[0]);
        history.Pay(1, 3, 100, 49);
        Assert.Single(history.Alerts);
    }

    [Theory]
    [InlineData(600, 1)] // 40 % of what 20 got came from the list
    [InlineData(1_000, 0)] // 28.6 %
    public void taint_counts_by_value_within_two_hops(int clean, int alerts)
    {
        var history = new History("R24");
        history.Engine.Accept(new ListChange(1, "fraud", true, long.MaxValue));
        history.Pay(1, 10, 400, 0);
        history.Pay(5, 20, clean, 1);
        history.Pay(10, 20, 400, 2);
        Assert.Equal(alerts, history.Alerts.Count(alert => alert.Subjects.Contains(20)));
    }

    [Fact]
    public void the_third_hop_is_clean()
    {
        var history = new History("R24");
        history.Engine.Accept(new ListChange(1, "fraud", true, long.MaxValue));
        history.Pay(1, 10, 400, 0);
        history.Pay(10, 20, 400, 1);
        history.Pay(20, 30, 400, 2);
        Assert.DoesNotContain(history.Alerts, alert => alert.Subjects.Contains(30));
    }

    [Fact]
    public void the_anti_laundering_track_never_asks_to_touch_a_payment()
    {
        Assert.DoesNotContain(RuleCatalogue.Default.Rules, rule => rule.Track == RiskTrack.Aml && rule.Action is RiskAction.Delay or RiskAction.Block);
        Assert.All(RuleCatalogue.Default.Typologies, typology => Assert.Equal(typology.Track == RiskTrack.Fraud ? "public-security" : "regulator", typology.Feed));
    }

    [Theory]
    [InlineData(3, 495, 1)]
    [InlineData(2, 495, 0)] // one short
    [InlineData(3, 399, 0)] // below 80 % of the limit of a class III wallet
    [InlineData(3, 500, 0)] // the limit itself
    public void payments_just_below_a_limit_are_structuring(int count, int tens, int alerts)
    {
        var history = new History("R02");
        for (var i = 0; i < count; i++) history.Pay(1, 10 + i, tens * 10, 7 * i, walletClass: WalletClass.III);
        Assert.Equal(alerts, history.Alerts.Count);
    }

    [Fact]
    public void structuring_counts_twenty_four_hours()
    {
        var history = new History("R02");
        for (var i = 0; i < 5; i++) history.Pay(1, 10 + i, 4_900, 13 * i, walletClass: WalletClass.III);
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void the_daily_sum_of_a_client_is_reported_from_the_limit_on()
    {
        var history = new History("R01");
        history.Pay(1, 2, 300_000, 1);
        history.Pay(1, 3, 199_999.99m, 2);
        Assert.Empty(history.Alerts);
        history.Pay(1, 4, 0.01m, 3);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal(("LARGE_VALUE/1", "regulator"), (alert.Typology, alert.Feed));
        Assert.Equal(3, alert.Edges.Count);
        Assert.Contains("¥500,000.00", alert.Sentence.En, StringComparison.Ordinal);
        history.Pay(1, 5, 499_999.99m, 4);
        Assert.Single(history.Revisions);
        history.Pay(1, 6, 0.01m, 5);
        Assert.Equal(2, history.Revisions.Count);
    }

    [Fact]
    public void two_business_dates_are_two_sums()
    {
        var history = new History("R01");
        history.Pay(1, 2, 300_000, 15);
        history.Pay(1, 3, 300_000, 17);
        Assert.Empty(history.Alerts);
    }
}
