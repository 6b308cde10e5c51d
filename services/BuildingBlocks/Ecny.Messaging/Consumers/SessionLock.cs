using Npgsql;
using static Ecny.Messaging.CursorTable;

namespace Ecny.Messaging;

/// <summary>Who is the active one of several instances: a lock of a database session.</summary>
internal static class SessionLock
{
    /// <summary>
    /// Makes this session the active one of a consumer and shard, until it ends: a process that dies, or loses its connection, loses the lock and the
    /// transaction in hand together. False: another has it.
    /// </summary>
    public static async Task<bool> TryTake(NpgsqlConnection connection, string consumer, int shard, CancellationToken stop)
    {
        // A host that vanished without a word must not keep the lock for two hours.
        await using var command = new NpgsqlCommand("""
            SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false),
              pg_try_advisory_lock(hashtextextended('ecny.messaging.' || $1, $2))
            """, connection) { Parameters = { Text(consumer), Long(shard) } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return reader.GetBoolean(3);
    }

    /// <summary>Lets go. A session that went back to the pool would keep the lock.</summary>
    public static async Task Release(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection) { CommandTimeout = 5 };
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The session is broken, and its lock gone with it; it must not go back to the pool if it is not.
            NpgsqlConnection.ClearPool(connection);
        }
    }
}
