using Npgsql;
using static Ecny.Acquiring.Notifications.NotificationQueue;

namespace Ecny.Acquiring.Notifications;

/// <summary>What a sender did with an endpoint's queue.</summary>
/// <param name="Ended">Delivered, or refused for good.</param>
/// <param name="Failed">The one at which it stopped, if it did.</param>
/// <param name="Slow">It answers, but takes its time.</param>
public sealed record RoundResult(IReadOnlyList<Attempt> Ended, Attempt? Failed, bool Slow);

/// <summary>Writes down what a sender did, in one transaction: a sender that dies before it has sent things that will be sent again.</summary>
public sealed class NotificationSettling(NpgsqlDataSource db, DonePartitions partitions, RetrySchedule schedule)
{
    /// <summary>Columns that an open and an ended notification have in common, but for its last attempt.</summary>
    internal const string Kept = "id, owner, url, type, merchant_no, merchant_order_no, shard, seq, business_date, amount, at, body, queued_at";

    /// <returns>How many were given up.</returns>
    public async Task<int> Settle(LeasedEndpoint endpoint, RoundResult result, DateTimeOffset now, CancellationToken cancel)
    {
        await partitions.Ensure(now, cancel);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // The row first: whoever adds to the queue has it too, so what is seen below is all there is.
        var mine = await Lock(connection, transaction, endpoint, cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (result.Ended.Count > 0) batch.BatchCommands.Add(End(endpoint.Id, result.Ended, now));
        NpgsqlBatchCommand? givingUp = null;
        if (result.Failed is { } failed)
        {
            batch.BatchCommands.Add(Fail(endpoint.Id, failed));
            if (mine) batch.BatchCommands.Add(givingUp = GiveUp(endpoint.Id, failed, now));
        }
        if (mine) batch.BatchCommands.Add(Release(endpoint, result, now));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return givingUp is null ? 0 : (int)givingUp.RecordsAffected;
    }

    /// <summary>False: the lease ended, and another sender has the endpoint by now. What was delivered is so all the same; the rest is the other's to say.</summary>
    private static async Task<bool> Lock(NpgsqlConnection connection, NpgsqlTransaction transaction, LeasedEndpoint endpoint, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT lease FROM notification_endpoint WHERE id = $1 FOR UPDATE", connection, transaction) { Parameters = { new() { Value = endpoint.Id } } };
        return await command.ExecuteScalarAsync(cancel) is Guid lease && lease == endpoint.Lease;
    }

    private static NpgsqlBatchCommand End(long endpoint, IReadOnlyList<Attempt> ended, DateTimeOffset now) => new($"""
        WITH gone AS (
            DELETE FROM notification_open o
            USING unnest($3::bigint[], $4::smallint[], $5::timestamptz[], $6::int[], $7::text[], $8::int[]) AS a (ended_n, new_state, new_at, new_status, new_error, new_ms)
            WHERE o.endpoint = $1 AND o.n = a.ended_n
            RETURNING o.*, a.*
        )
        INSERT INTO notification_done (ended_on, ended_at, state, {Kept}, attempts, last_at, last_status, last_error, last_ms)
        SELECT $9, $2, new_state, {Kept}, attempts + 1, new_at, new_status, new_error, new_ms
        FROM gone
        """)
    {
        Parameters =
        {
            new() { Value = endpoint }, Time(now),
            new() { Value = ended.Select(a => a.N).ToArray() },
            new() { Value = ended.Select(a => (short)(a.Delivered ? NotificationState.DELIVERED : NotificationState.FAILED)).ToArray() },
            new() { Value = ended.Select(a => a.At.UtcDateTime).ToArray() },
            new() { Value = ended.Select(a => a.Status).ToArray() },
            new() { Value = ended.Select(a => a.Error).ToArray() },
            new() { Value = ended.Select(Milliseconds).ToArray() },
            new() { Value = DonePartitions.Day(now) },
        },
    };

    private static NpgsqlBatchCommand Fail(long endpoint, Attempt failed) => new("""
        UPDATE notification_open
        SET attempts = attempts + 1, last_at = $3, last_status = $4, last_error = $5, last_ms = $6
        WHERE endpoint = $1 AND n = $2
        """)
    {
        Parameters =
        {
            new() { Value = endpoint }, new() { Value = failed.N }, Time(failed.At), new NpgsqlParameter<int?> { TypedValue = failed.Status },
            new() { Value = failed.Error! }, new() { Value = Milliseconds(failed) },
        },
    };

    /// <summary>All that have waited through the whole schedule, those behind the first too: the attempts at it were attempts at their endpoint.</summary>
    private NpgsqlBatchCommand GiveUp(long endpoint, Attempt failed, DateTimeOffset now) => new($"""
        WITH gone AS (
            DELETE FROM notification_open
            WHERE endpoint = $1 AND queued_at <= $3
            RETURNING *
        )
        INSERT INTO notification_done (ended_on, ended_at, state, {Kept}, attempts, last_at, last_status, last_error, last_ms)
        SELECT $5, $2, 3, {Kept}, attempts, last_at, last_status, coalesce(last_error, $4), last_ms
        FROM gone
        """) { Parameters = { new() { Value = endpoint }, Time(now), Time(now - schedule.Span), new() { Value = $"BEHIND_{failed.Error}" }, new() { Value = DonePartitions.Day(now) } } };

    private NpgsqlBatchCommand Release(LeasedEndpoint endpoint, RoundResult result, DateTimeOffset now)
    {
        var failures = result.Failed is null ? 0 : endpoint.Failures + 1;
        return new NpgsqlBatchCommand("""
            UPDATE notification_endpoint
            SET lease = NULL, failures = $2, troubled = $3, used_at = $5,
                next_at = CASE WHEN EXISTS (SELECT FROM notification_open WHERE endpoint = $1) THEN $4 END
            WHERE id = $1
            """)
        {
            Parameters =
            {
                new() { Value = endpoint.Id }, new() { Value = failures }, new() { Value = failures > 0 || result.Slow },
                Time(failures > 0 ? now + schedule.After(failures) : now), Time(now),
            },
        };
    }

    private static int Milliseconds(Attempt attempt) => (int)Math.Min(int.MaxValue, attempt.Took.TotalMilliseconds);
}
