using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Alerts;

namespace Ecny.Risk.Tests.Rules;

public sealed class Fans
{
    [Fact]
    public void five_new_payers_whose_money_goes_on_to_one_payee_are_a_fan_in()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 5; payer++) history.Pay(payer, 50, 1_000, payer);
        Assert.Empty(history.Alerts);
        history.Pay(50, 60, 4_500, 8);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal<long>([50], alert.Subjects);
        Assert.Equal(6, alert.Edges.Count);
        Assert.Contains(alert.CurrentHolders, holding => holding == new Holding(60, 4_500_00));
        Assert.Contains(alert.CurrentHolders, holding => holding == new Holding(50, 500_00));
    }

    [Fact]
    public void a_stall_that_keeps_its_takings_is_no_fan_in()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 30; payer++) history.Pay(payer, 50, 100, payer / 4.0);
        history.Pay(50, 60, 1_000, 9);
        Assert.Empty(history.Alerts);
    }

    [Theory]
    [InlineData(EntryKind.Payment, 0)] // spent in shops
    [InlineData(EntryKind.ExchangeOut, 1)] // redeemed to a bank account
    public void what_is_spent_does_not_go_on_but_what_is_redeemed_does(EntryKind kind, int alerts)
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 5; payer++) history.Pay(payer, 50, 1_000, payer);
        history.Pay(50, 60, 4_500, 8, kind);
        Assert.Equal(alerts, history.Alerts.Count);
    }

    [Fact]
    public void four_payers_are_not_enough()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 4; payer++) history.Pay(payer, 50, 1_000, payer);
        history.Pay(50, 60, 3_900, 8);
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void friends_who_split_a_bill_know_each_other()
    {
        var history = new History("R07");
        for (var payer = 1; payer <= 6; payer++) history.Pay(50, payer, 10, payer);
        for (var payer = 1; payer <= 6; payer++) history.Pay(payer, 50, 100, 100 + payer);
        history.Pay(50, 60, 600, 110);
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void one_payers_money_spread_over_five_new_payees_is_a_fan_out()
    {
        var history = new History("R08");
        history.Pay(1, 50, 5_000, 0);
        for (var payee = 61; payee <= 64; payee++) history.Pay(50, payee, 950, payee - 60);
        Assert.Empty(history.Alerts);
        history.Pay(50, 65, 950, 5);
        Assert.Equal(6, Assert.Single(history.Alerts).Edges.Count);
    }

    [Fact]
    public void wages_to_the_same_people_as_last_month_are_no_fan_out()
    {
        var history = new History("R08");
        for (var month = 0; month < 2; month++)
        {
            history.Pay(1, 50, 50_000, 720 * month);
            for (var payee = 61; payee <= 70; payee++) history.Pay(50, payee, 4_000, 720 * month + (month == 0 ? 12 * (payee - 60) : 0.1 * (payee - 60)));
        }
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void spreading_over_more_than_eight_hours_is_no_fan_out()
    {
        var history = new History("R08");
        history.Pay(1, 50, 5_000, 0);
        for (var payee = 61; payee <= 66; payee++) history.Pay(50, payee, 800, 3 * (payee - 60));
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void new_payers_who_share_new_payees_act_in_concert()
    {
        var history = new History("R07");
        Square(history, 0);
        history.Advance(24 * 13);
        Assert.Empty(history.Alerts);
        Assert.Equal(4, Assert.Single(history.Advance(24 * 16).Alerts).Edges.Count);
    }

    [Fact]
    public void a_relation_that_repeats_is_no_concert()
    {
        var history = new History("R07");
        Square(history, 0);
        history.Pay(1, 11, 300, 24 * 7);
        Assert.Empty(history.Advance(24 * 40).Alerts);
    }

    [Fact]
    public void spread_money_that_meets_again_is_found()
    {
        var history = new History("R08");
        for (var middle = 11; middle <= 13; middle++) history.Pay(1, middle, 900, middle);
        for (var middle = 11; middle <= 13; middle++) history.Pay(middle, 99, 850, 30 + middle);
        var alert = Assert.Single(history.Advance(24 * 20).Alerts);
        Assert.Equal(6, alert.Edges.Count);
        Assert.Equal(99, alert.Subjects[0]);
        Assert.Equal(3 * 850_00 + 3 * 50_00, alert.AmountAtRisk);
    }

    [Fact]
    public void payments_to_the_same_payee_before_the_spreading_are_no_scatter_gather()
    {
        var history = new History("R08");
        for (var middle = 11; middle <= 13; middle++) history.Pay(middle, 99, 850, middle);
        for (var middle = 11; middle <= 13; middle++) history.Pay(1, middle, 900, 30 + middle);
        Assert.Empty(history.Advance(24 * 40).Alerts);
    }

    private static void Square(History history, double hours)
    {
        foreach (var payer in (long[])[1, 2])
            foreach (var payee in (long[])[11, 12]) history.Pay(payer, payee, 500 + payer * payee, hours += 5);
    }
}
