using Npgsql;
using NpgsqlTypes;

namespace Ecny.Acquiring.Notifications;

/// <param name="Lease">Names this sender's hold on it.</param>
/// <param name="Failures">In a row, so far.</param>
public sealed record LeasedEndpoint(long Id, Guid Lease, int Failures);

/// <summary>One notification to be sent.</summary>
public sealed record OpenNotification(long N, Guid Id, string Url, byte[] Body, DateTimeOffset At);

/// <summary>
/// The tables <c>notification_endpoint</c> and <c>notification_open</c>: one queue per endpoint, and which queue is to be worked on when. Times come from the caller.
/// </summary>
public sealed class NotificationQueue(NpgsqlDataSource db)
{
    /// <summary>Adds to the queues in the given transaction.</summary>
    public async Task Add(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Notification> told, DateTimeOffset now, CancellationToken cancel)
    {
        var keys = told.Select(one => (one.Owner, one.Endpoint)).Distinct().ToList();
        var endpoints = new Dictionary<(string, string), long>(keys.Count);
        // In one order always: two that add to the same queues wait for each other, never in a circle.
        await using (var upsert = new NpgsqlCommand("""
            INSERT INTO notification_endpoint AS e (owner, url, next_at, used_at)
            SELECT owner, url, $3, $3
            FROM unnest($1::text[], $2::text[]) AS t (owner, url)
            ORDER BY owner COLLATE "C", url COLLATE "C"
            ON CONFLICT (owner, url) DO UPDATE
            SET next_at = coalesce(e.next_at, excluded.next_at), used_at = excluded.used_at
            RETURNING id, owner, url
            """, connection, transaction)
        { Parameters = { new() { Value = keys.Select(key => key.Owner).ToArray() }, new() { Value = keys.Select(key => key.Endpoint).ToArray() }, Time(now) } })
        await using (var reader = await upsert.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel)) endpoints[(reader.GetString(1), reader.GetString(2))] = reader.GetInt64(0);

        await using var insert = new NpgsqlCommand("""
            INSERT INTO notification_open
                (endpoint, id, owner, url, type, merchant_no, merchant_order_no, shard, seq, business_date, amount, at, body, queued_at)
            SELECT endpoint, id, owner, url, type, merchant_no, merchant_order_no, shard, seq, business_date, amount, at, body, $14
            FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::int[], $9::bigint[], $10::date[], $11::bigint[], $12::timestamptz[], $13::bytea[])
                WITH ORDINALITY AS t (endpoint, id, owner, url, type, merchant_no, merchant_order_no, shard, seq, business_date, amount, at, body, nth)
            ORDER BY nth
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = told.Select(one => endpoints[(one.Owner, one.Endpoint)]).ToArray() },
                new() { Value = told.Select(one => one.Id).ToArray() },
                new() { Value = told.Select(one => one.Owner).ToArray() },
                new() { Value = told.Select(one => one.Url).ToArray() },
                new() { Value = told.Select(one => (short)one.Type).ToArray() },
                new() { Value = told.Select(one => one.MerchantNo).ToArray() },
                new() { Value = told.Select(one => one.MerchantOrderNo).ToArray() },
                new() { Value = told.Select(one => one.Shard).ToArray() },
                new() { Value = told.Select(one => one.Seq).ToArray() },
                new() { Value = told.Select(one => one.BusinessDate).ToArray() },
                new() { Value = told.Select(one => one.Amount).ToArray() },
                new() { Value = told.Select(one => one.At.UtcDateTime).ToArray() },
                new() { Value = told.Select(one => one.Body).ToArray() },
                Time(now),
            },
        };
        await insert.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes endpoints whose time has come, the longest waiting first; others leave them alone until the lease ends.</summary>
    /// <param name="troubled">Those that fail or are slow, or the others.</param>
    public async Task<List<LeasedEndpoint>> Lease(bool troubled, int limit, DateTimeOffset now, TimeSpan lease, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("""
            WITH due AS (
                SELECT id
                FROM notification_endpoint
                WHERE troubled = $1 AND next_at <= $2
                ORDER BY next_at
                LIMIT $3
                FOR UPDATE SKIP LOCKED
            )
            UPDATE notification_endpoint e
            SET next_at = $4, lease = gen_random_uuid()
            FROM due
            WHERE e.id = due.id
            RETURNING e.id, e.lease, e.failures
            """);
        command.Parameters.AddWithValue(troubled);
        command.Parameters.Add(Time(now));
        command.Parameters.AddWithValue(limit);
        command.Parameters.Add(Time(now + lease));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var leased = new List<LeasedEndpoint>();
        while (await reader.ReadAsync(cancel)) leased.Add(new LeasedEndpoint(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt32(2)));
        return leased;
    }

    /// <summary>The head of an endpoint's queue, in order.</summary>
    public async Task<List<OpenNotification>> Head(long endpoint, int limit, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("SELECT n, id, url, body, at FROM notification_open WHERE endpoint = $1 ORDER BY n LIMIT $2");
        command.Parameters.AddWithValue(endpoint);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var head = new List<OpenNotification>();
        while (await reader.ReadAsync(cancel)) head.Add(new OpenNotification(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<DateTimeOffset>(4)));
        return head;
    }

    internal static NpgsqlParameter Time(DateTimeOffset time) => new() { Value = time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
