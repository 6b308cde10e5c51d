using Npgsql;

namespace Ecny.Acquiring.Notifications;

/// <summary>Reads notifications, open and ended ones.</summary>
public sealed class NotificationLog(NpgsqlDataSource db)
{
    private const string Open = $"""
        SELECT 1::smallint AS state, {NotificationObject.Columns}, (SELECT e.next_at FROM notification_endpoint e WHERE e.id = o.endpoint AND e.lease IS NULL) AS next_at, NULL::timestamptz AS ended_at
        FROM notification_open o
        """;

    private const string Done = $"""
        SELECT state, {NotificationObject.Columns}, NULL::timestamptz AS next_at, ended_at
        FROM notification_done
        """;

    public async Task<NotificationObject?> Find(string owner, Guid id, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"{Open} WHERE id = $1 AND owner = $2 UNION ALL {Done} WHERE id = $1 AND owner = $2");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(owner);
        return (await Read(command, cancel)).FirstOrDefault();
    }

    /// <summary>Those of a business date, in the order of the journal, which never changes.</summary>
    /// <param name="state">Null for all.</param>
    /// <param name="after">Place of the last one of the page before.</param>
    public Task<List<NotificationObject>> List(string owner, DateOnly date, NotificationState? state, (int Shard, long Seq) after, int limit, CancellationToken cancel)
    {
        const string place = "owner = $1 AND business_date = $2 AND (shard, seq) > ($3, $4)";
        const string page = "ORDER BY shard, seq LIMIT $5";
        var open = $"({Open} WHERE {place} {page})";
        // The state as a literal: only so is the index of the failed ones seen to fit.
        var done = state is null or NotificationState.PENDING ? $"({Done} WHERE {place} {page})" : $"({Done} WHERE {place} AND state = {(short)state} {page})";
        var command = db.CreateCommand(state switch
        {
            NotificationState.PENDING => open,
            null => $"{open} UNION ALL {done} {page}",
            _ => done,
        });
        command.Parameters.AddWithValue(owner);
        command.Parameters.AddWithValue(date);
        command.Parameters.AddWithValue(after.Shard);
        command.Parameters.AddWithValue(after.Seq);
        command.Parameters.AddWithValue(limit);
        return Run(command, cancel);
    }

    private static async Task<List<NotificationObject>> Run(NpgsqlCommand command, CancellationToken cancel)
    {
        await using (command) return await Read(command, cancel);
    }

    private static async Task<List<NotificationObject>> Read(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<NotificationObject>();
        while (await reader.ReadAsync(cancel)) found.Add(NotificationObject.Read(reader));
        return found;
    }
}
