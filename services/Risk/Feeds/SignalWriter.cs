using Dapper;
using Ecny.Messaging;
using Ecny.Risk.Alerts;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Hosting;
using Npgsql;

namespace Ecny.Risk.Feeds;

/// <summary>Tells the feeds, in the transaction that writes the alerts and moves the cursor: what was told and what is stored are never apart, and nothing is told twice.</summary>
public sealed class SignalWriter(Outbox outbox)
{
    private const string EventType = "ecny.risk.signal.v1";

    /// <summary>Called last in the transaction: writers of a feed wait for each other from here to their commit.</summary>
    public async Task Write(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Alert> alerts, CancellationToken stop)
    {
        var news = alerts.Where(alert => alert.IsNews).ToList();
        if (news.Count == 0) return;
        var untold = (await connection.QueryAsync<(string, int)>("""
            INSERT INTO risk.signal (alert, revision)
            SELECT * FROM unnest(@ids, @revisions)
            ON CONFLICT DO NOTHING
            RETURNING alert, revision
            """, new { ids = news.Select(alert => alert.Id).ToArray(), revisions = news.Select(alert => alert.Revision).ToArray() }, transaction)).ToHashSet();
        foreach (var feed in news.Where(alert => untold.Contains((alert.Id, alert.Revision))).GroupBy(alert => alert.Feed))
            await outbox.Write(connection, transaction, SignalFeeds.TopicOf(feed.Key), [.. feed.Select(Fact)], stop);
    }

    private static OutboxFact Fact(Alert alert) =>
        new(alert.Id, EventType, $"signal/{alert.Id}", RiskJson.Bytes(SignalView.Of(AlertView.Of(alert)), RiskJson.Default.SignalView));
}
