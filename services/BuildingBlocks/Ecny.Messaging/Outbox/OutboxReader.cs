using Npgsql;
using static Ecny.Messaging.CursorTable;

namespace Ecny.Messaging;

/// <summary>Reads a topic's facts by sequence.</summary>
public sealed class OutboxReader(NpgsqlDataSource database)
{
    /// <summary>Facts after a sequence, in order.</summary>
    public async Task<IReadOnlyList<StoredFact>> Read(string topic, long after, int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT seq, key, envelope
            FROM messaging.outbox
            WHERE topic = $1 AND seq > $2
            ORDER BY seq
            LIMIT $3
            """);
        command.Parameters.Add(Text(topic));
        command.Parameters.Add(Long(after));
        command.Parameters.Add(Int(limit));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var facts = new List<StoredFact>();
        while (await reader.ReadAsync(stop)) facts.Add(new StoredFact(reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        return facts;
    }

    /// <summary>Topics with facts that are not published yet, and how far each is.</summary>
    internal async Task<IReadOnlyList<(string Topic, long Published)>> Waiting(CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT h.topic, coalesce(p.seq, 0)
            FROM messaging.outbox_head h
            LEFT JOIN messaging.outbox_published p USING (topic)
            WHERE h.seq > coalesce(p.seq, 0)
            """);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var topics = new List<(string, long)>();
        while (await reader.ReadAsync(stop)) topics.Add((reader.GetString(0), reader.GetInt64(1)));
        return topics;
    }

    internal async Task Published(string topic, long seq, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            INSERT INTO messaging.outbox_published AS p (topic, seq)
            VALUES ($1, $2)
            ON CONFLICT (topic) DO UPDATE
            SET seq = greatest(p.seq, $2)
            """);
        command.Parameters.Add(Text(topic));
        command.Parameters.Add(Long(seq));
        await command.ExecuteNonQueryAsync(stop);
    }
}

/// <param name="Envelope">The event as it is published.</param>
public sealed record StoredFact(long Seq, string Key, byte[] Envelope);
