namespace Ecny.Risk.Tests.Rules;

public sealed class PassThrough
{
    [Fact]
    public void two_inflows_that_leave_within_half_an_hour_are_a_mule_house()
    {
        var history = new History("R04");
        history.Pay(1, 9, 3_000, 0);
        history.Pay(9, 2, 2_950, 0.3);
        Assert.Empty(history.Alerts);
        history.Pay(3, 9, 4_000, 5);
        history.Pay(9, 2, 3_900, 5.4);
        var alert = Assert.Single(history.Alerts);
        Assert.Equal("MULE_HOUSE/1", alert.Typology);
        Assert.Equal("public-security", alert.Feed);
        Assert.Equal<long>([9], alert.Subjects);
        Assert.Equal(4, alert.Edges.Count);
        Assert.Equal<string>(["R04/1"], alert.RuleVersions);
    }

    [Theory]
    [InlineData(3_000, 2_600, 0.3)] // less than 90 %
    [InlineData(1_999, 1_999, 0.3)] // below ¥2,000
    [InlineData(3_000, 2_950, 0.6)] // after more than 30 minutes
    public void what_just_does_not_pass_through_raises_nothing(int came, int gone, double after)
    {
        var history = new History("R04");
        for (var i = 0; i < 3; i++)
        {
            history.Pay(1, 9, came, 4 * i);
            history.Pay(9, 2, gone, 4 * i + after);
        }
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void money_that_stays_in_the_wallet_is_no_pass_through()
    {
        var history = new History("R04");
        for (var i = 0; i < 3; i++)
        {
            history.Pay(1, 9, 3_000, 4 * i);
            history.Pay(9, 2, 2_950, 4 * i + 0.2, balance: 100_00);
        }
        Assert.Empty(history.Alerts);
    }

    [Fact]
    public void a_commission_is_told_once_many_wallets_keep_the_same()
    {
        var history = new History("R04");
        for (var i = 0; i < 4; i++) Relay(history, i, 1_000 + 137 * i, 0.93m);
        history.Advance(24 * 13);
        Assert.Empty(history.Alerts);
        history.Advance(24 * 20);
        Assert.NotEmpty(history.Alerts);
        // All four, also those that were not yet telling when they were met.
        Assert.Equal(8, history.Alerts.SelectMany(alert => alert.Edges).Select(edge => edge.Seq).Distinct().Count());
        Assert.Contains("7%", history.Alerts[0].Sentence.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void three_equal_commissions_are_still_chance()
    {
        var history = new History("R04");
        for (var i = 0; i < 3; i++) Relay(history, i, 1_000 + 137 * i, 0.93m);
        Assert.Empty(history.Advance(24 * 40).Alerts);
    }

    [Fact]
    public void commissions_that_differ_are_chance()
    {
        var history = new History("R04");
        for (var i = 0; i < 12; i++) Relay(history, i, 1_000 + 137 * i, 1 - (i + 1) / 100m);
        Assert.Empty(history.Advance(24 * 40).Alerts);
    }

    private static void Relay(History history, int index, decimal yuan, decimal keep)
    {
        var wallet = 100 + 10 * index;
        history.Pay(wallet, wallet + 1, yuan, 5 * index);
        history.Pay(wallet + 1, wallet + 2, yuan * keep, 5 * index + 2);
    }
}
