namespace Ecny.Risk.Tests.Engine;

public sealed class Determinism
{
    [Fact]
    public void the_same_entries_in_the_same_order_give_the_same_alerts_bit_by_bit()
    {
        var entries = RandomCity.Entries(seed: 20260302, count: 20_000);
        var (live, rebuilt) = (new History(), new History());
        foreach (var entry in entries) live.Feed(entry);
        foreach (var entry in entries) rebuilt.Feed(entry);
        live.Advance(24 * 100);
        rebuilt.Advance(24 * 100);
        Assert.NotEmpty(live.Revisions);
        Assert.Equal(Printed.Of(live.Revisions), Printed.Of(rebuilt.Revisions));
        Assert.Equal(live.Statistics, rebuilt.Statistics);
    }

    [Fact]
    public void a_state_rebuilt_from_nothing_goes_on_like_the_live_one()
    {
        var entries = RandomCity.Entries(seed: 7, count: 10_000);
        var live = new History();
        foreach (var entry in entries.Take(6_000)) live.Feed(entry);
        var rebuilt = new History();
        foreach (var entry in entries.Take(6_000)) rebuilt.Feed(entry);
        var (liveBefore, rebuiltBefore) = (live.Revisions.Count, rebuilt.Revisions.Count);
        foreach (var entry in entries.Skip(6_000))
        {
            live.Feed(entry);
            // What the consumer delivers twice after its restart is dropped.
            rebuilt.Feed(entry);
            rebuilt.Feed(entry);
        }
        Assert.True(live.Revisions.Count > liveBefore);
        Assert.Equal(Printed.Of(live.Revisions.Skip(liveBefore)), Printed.Of(rebuilt.Revisions.Skip(rebuiltBefore)));
    }

    [Fact]
    public void every_alert_explains_itself()
    {
        var history = new History();
        foreach (var entry in RandomCity.Entries(seed: 11, count: 8_000)) history.Feed(entry);
        Assert.All(history.Revisions, alert =>
        {
            Assert.Equal(32, alert.Id.Length);
            Assert.NotEmpty(alert.RuleVersions);
            Assert.NotEmpty(alert.Subjects);
            Assert.NotEmpty(alert.Values);
            Assert.Contains(alert.Sentence.Zh, c => c is >= '一' and <= '龥');
            Assert.EndsWith("at risk.", alert.Sentence.En, StringComparison.Ordinal);
            Assert.Equal(alert.Edges.SelectMany(edge => (long[])[edge.From, edge.To]).Distinct().Order(), alert.Nodes.Select(node => node.Wallet));
            Assert.Equal(alert.Edges.Select(edge => edge.Seq).Distinct().Count(), alert.Edges.Count);
            // Money traced is neither lost nor invented.
            Assert.Equal(alert.AmountAtRisk, alert.CurrentHolders.Sum(holding => holding.Amount));
            Assert.InRange(alert.Confidence, 0.5, 0.99);
            Assert.True(alert.StopWindowUntilMicros > alert.RaisedAtMicros);
        });
        Assert.Equal(history.Revisions.Count, history.Revisions.Select(alert => (alert.Id, alert.Revision)).Distinct().Count());
    }
}
