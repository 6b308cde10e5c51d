using Npgsql;
using static Ecny.Acquiring.Notifications.NotificationQueue;

namespace Ecny.Acquiring.Notifications;

/// <summary>Puts ended notifications back into their queues, behind what waits there, with the whole schedule before them; and has their endpoints tried at once.</summary>
public sealed class NotificationReplay(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>One of them; one that is still open is only tried at once. False: there is none.</summary>
    public async Task<bool> One(string owner, Guid id, CancellationToken cancel) =>
        await Run("id = $2", owner, new NpgsqlParameter<Guid> { TypedValue = id }, cancel) > 0 || await Hurry(owner, id, cancel);

    /// <summary>All of a business date that were given up.</summary>
    public Task<int> Failed(string owner, DateOnly date, CancellationToken cancel) => Run("business_date = $2 AND state = 3", owner, new NpgsqlParameter<DateOnly> { TypedValue = date }, cancel);

    private async Task<int> Run(string which, string owner, NpgsqlParameter value, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Endpoints first, as everybody does. One that a sender has keeps its lease; it looks at its queue before it lets go.
        await using (var wake = new NpgsqlCommand($"""
            INSERT INTO notification_endpoint AS e (owner, url, next_at, used_at)
            SELECT DISTINCT owner, split_part(split_part(url, '?', 1), '#', 1), $3, $3
            FROM notification_done
            WHERE owner = $1 AND {which}
            ORDER BY 1, 2
            ON CONFLICT (owner, url) DO UPDATE
            SET next_at = CASE WHEN e.lease IS NULL THEN excluded.next_at ELSE e.next_at END, failures = 0, used_at = excluded.used_at
            """, connection, transaction) { Parameters = { new() { Value = owner }, value, Time(now) } }) await wake.ExecuteNonQueryAsync(cancel);
        await using var move = new NpgsqlCommand($"""
            WITH gone AS (
                DELETE FROM notification_done
                WHERE owner = $1 AND {which}
                RETURNING *
            )
            INSERT INTO notification_open
                (endpoint, id, owner, url, type, merchant_no, merchant_order_no, shard, seq, business_date, amount, at, body, queued_at, attempts, last_at, last_status, last_error, last_ms)
            SELECT e.id, g.id, g.owner, g.url, g.type, g.merchant_no, g.merchant_order_no, g.shard, g.seq, g.business_date, g.amount, g.at, g.body, $3,
                   g.attempts, g.last_at, g.last_status, g.last_error, g.last_ms
            FROM gone g
            JOIN notification_endpoint e ON e.owner = g.owner AND e.url = split_part(split_part(g.url, '?', 1), '#', 1)
            ORDER BY g.shard, g.seq
            """, connection, transaction) { Parameters = { new() { Value = owner }, value.Clone(), Time(now) } };
        var moved = await move.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return moved;
    }

    private async Task<bool> Hurry(string owner, Guid id, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("""
            UPDATE notification_endpoint e
            SET next_at = CASE WHEN e.lease IS NULL THEN $3 ELSE e.next_at END, failures = 0
            FROM notification_open o
            WHERE o.owner = $1 AND o.id = $2 AND e.id = o.endpoint
            """);
        command.Parameters.AddWithValue(owner);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(Time(clock.GetUtcNow()));
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }
}
