using Npgsql;
using static Ecny.Messaging.CursorTable;

namespace Ecny.Messaging;

/// <summary>Entries that a consumer passed without their effect.</summary>
public sealed class ParkedEntries(NpgsqlDataSource database)
{
    /// <summary>The oldest of what is parked, by sequence.</summary>
    public async Task<IReadOnlyList<ParkedEntry>> List(string consumer, int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT shard, seq, reason, parked_at, attempts, rerun
            FROM messaging.parked
            WHERE consumer = $1
            ORDER BY shard, seq
            LIMIT $2
            """);
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Int(limit));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var parked = new List<ParkedEntry>();
        while (await reader.ReadAsync(stop))
            parked.Add(new(consumer, reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt32(4), reader.GetBoolean(5)));
        return parked;
    }

    /// <summary>Asks the active instance to run an entry again; it is parked anew when it fails again. False: it is not parked.</summary>
    public async Task<bool> Rerun(string consumer, int shard, long seq, CancellationToken stop)
    {
        await using var command = database.CreateCommand("UPDATE messaging.parked SET rerun = true WHERE consumer = $1 AND shard = $2 AND seq = $3");
        command.Parameters.Add(Text(consumer));
        command.Parameters.Add(Int(shard));
        command.Parameters.Add(Long(seq));
        return await command.ExecuteNonQueryAsync(stop) == 1;
    }

    internal static async Task Park(NpgsqlConnection connection, string consumer, int shard, long seq, string reason, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO messaging.parked (consumer, shard, seq, reason)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (consumer, shard, seq) DO UPDATE
            SET reason = EXCLUDED.reason, attempts = messaging.parked.attempts + 1, rerun = false
            """, connection) { Parameters = { Text(consumer), Int(shard), Long(seq), Text(reason) } };
        await command.ExecuteNonQueryAsync(stop);
    }

    internal static async Task Unpark(NpgsqlConnection connection, string consumer, int shard, long seq, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("DELETE FROM messaging.parked WHERE consumer = $1 AND shard = $2 AND seq = $3", connection)
        {
            Parameters = { Text(consumer), Int(shard), Long(seq) },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>How many are parked, and the first that somebody wants to be run again.</summary>
    internal static async Task<(int Count, long? Rerun)> Look(NpgsqlConnection connection, string consumer, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT count(*)::int, min(seq) FILTER (WHERE rerun) FROM messaging.parked WHERE consumer = $1 AND shard = $2", connection)
        {
            Parameters = { Text(consumer), Int(shard) },
        };
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    }
}

/// <param name="Attempts">How often it failed.</param>
/// <param name="Rerun">Asked to be run again and not yet done.</param>
public sealed record ParkedEntry(string Consumer, int Shard, long Seq, string Reason, DateTimeOffset ParkedAt, int Attempts, bool Rerun);
