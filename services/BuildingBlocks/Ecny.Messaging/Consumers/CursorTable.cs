using Npgsql;
using NpgsqlTypes;

namespace Ecny.Messaging;

/// <summary>The SQL of cursors. Migration 0001.</summary>
internal static class CursorTable
{
    /// <summary>Where the consumer stands, the last entry's time, and the entry it stood before.</summary>
    /// <param name="first">Where one begins that was never here.</param>
    public static async Task<(long Seq, DateTimeOffset? At, long? Halted)> Open(NpgsqlConnection connection, string consumer, int shard, long first, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            WITH made AS (
              INSERT INTO messaging.cursor (consumer, shard, seq)
              VALUES ($1, $2, $3)
              ON CONFLICT DO NOTHING
              RETURNING seq, entry_at, halted_seq
            )
            SELECT seq, entry_at, halted_seq FROM made
            UNION ALL
            SELECT seq, entry_at, halted_seq FROM messaging.cursor WHERE consumer = $1 AND shard = $2
            """, connection) { Parameters = { Text(consumer), Int(shard), Long(first) } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (!await reader.ReadAsync(stop)) return (first, null, null);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetInt64(2));
    }

    /// <summary>The cursor, locked until the transaction ends.</summary>
    public static async Task<long> Lock(NpgsqlConnection connection, string consumer, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT seq FROM messaging.cursor WHERE consumer = $1 AND shard = $2 FOR UPDATE", connection)
        {
            Parameters = { Text(consumer), Int(shard) },
        };
        return await command.ExecuteScalarAsync(stop) as long? ?? throw new CursorMovedException($"The cursor of {consumer} on shard {shard} is gone.");
    }

    public static async Task Move(NpgsqlConnection connection, string consumer, int shard, long seq, DateTimeOffset at, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE messaging.cursor
            SET seq = $3, entry_at = $4, halted_seq = NULL, halt_reason = NULL
            WHERE consumer = $1 AND shard = $2
            """, connection) { Parameters = { Text(consumer), Int(shard), Long(seq), new NpgsqlParameter { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz } } };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Records the entry that the consumer stands before.</summary>
    public static async Task Halt(NpgsqlConnection connection, string consumer, int shard, long seq, string reason, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("UPDATE messaging.cursor SET halted_seq = $3, halt_reason = $4 WHERE consumer = $1 AND shard = $2", connection)
        {
            Parameters = { Text(consumer), Int(shard), Long(seq), Text(reason) },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    internal static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    internal static NpgsqlParameter<int> Int(int value) => new() { TypedValue = value };

    internal static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };
}

/// <summary>Another instance moved the cursor: what is in hand is thrown away and read anew.</summary>
#pragma warning disable CA1032, CA1064 // Never leaves this assembly.
internal sealed class CursorMovedException(string message) : Exception(message);
#pragma warning restore CA1032, CA1064
