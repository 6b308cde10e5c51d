using Ecny.Contracts.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Ledger.Receipts;

/// <summary>The SQL of the receipt log. Tables: migration 0100.</summary>
internal static class LogTables
{
    public static async Task CreateHead(NpgsqlConnection connection, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("INSERT INTO ledger.log_head (shard, size) VALUES ($1, 0) ON CONFLICT DO NOTHING", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>The log's size, locked until the transaction ends; null when another builder holds it.</summary>
    public static async Task<long?> LockHead(NpgsqlConnection connection, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT size FROM ledger.log_head WHERE shard = $1 FOR UPDATE SKIP LOCKED", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        return (long?)await command.ExecuteScalarAsync(stop);
    }

    /// <summary>First entry of a remembered transfer and how many there are.</summary>
    public static async Task<(long Seq, short Legs)?> FindTransfer(NpgsqlConnection connection, TransferId transfer, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT seq, legs FROM ledger.number WHERE id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = transfer.Value });
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop) ? (reader.GetInt64(0), reader.GetInt16(1)) : null;
    }

    public static async Task<long> ReadSize(NpgsqlConnection connection, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT size FROM ledger.log_head WHERE shard = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        return (long?)await command.ExecuteScalarAsync(stop) ?? 0;
    }

    public static async Task<Dictionary<TileId, byte[]>> ReadTiles(NpgsqlConnection connection, int shard, IReadOnlyCollection<TileId> tiles, CancellationToken stop)
    {
        var found = new Dictionary<TileId, byte[]>(tiles.Count);
        await using var command = new NpgsqlCommand("""
            SELECT t.level, t.tile_index, t.hashes
            FROM unnest($2, $3) AS wanted (level, tile_index)
            JOIN ledger.log_tile t ON t.shard = $1 AND t.level = wanted.level AND t.tile_index = wanted.tile_index
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. tiles.Select(t => t.Level)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. tiles.Select(t => t.Index)] });
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) found.Add(new TileId(reader.GetInt16(0), reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2));
        return found;
    }

    /// <summary>Tiles and size in one round trip; false when the size was not <paramref name="from"/>.</summary>
    public static async Task<bool> Write(NpgsqlConnection connection, int shard, long from, long to, IReadOnlyList<LogTile> tiles, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection);
        var write = new NpgsqlBatchCommand("""
            INSERT INTO ledger.log_tile (shard, level, tile_index, hashes)
            SELECT $1, t.level, t.tile_index, t.hashes
            FROM unnest($2, $3, $4) AS t (level, tile_index, hashes)
            ON CONFLICT (shard, level, tile_index) DO UPDATE SET hashes = EXCLUDED.hashes
            """);
        write.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        write.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. tiles.Select(t => t.Id.Level)] });
        write.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. tiles.Select(t => t.Id.Index)] });
        write.Parameters.Add(new NpgsqlParameter { Value = tiles.Select(t => t.Hashes).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        batch.BatchCommands.Add(write);
        var move = new NpgsqlBatchCommand("UPDATE ledger.log_head SET size = $3 WHERE shard = $1 AND size = $2");
        move.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        batch.BatchCommands.Add(move);
        await batch.ExecuteNonQueryAsync(stop);
        return move.RecordsAffected == 1;
    }

    public static async Task Add(NpgsqlConnection connection, Checkpoint c, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO ledger.checkpoint (shard, size, root, at_micros, key_id, signature)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (shard, size) DO NOTHING
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = c.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = c.Size });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = c.Root });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = c.AtMicros });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = c.KeyId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = c.Signature });
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Checkpoints of a size from <paramref name="minSize"/> on, smallest first, or the greatest first.</summary>
    public static async Task<List<Checkpoint>> ReadCheckpoints(NpgsqlConnection connection, int shard, long minSize, bool newestFirst, int limit, CancellationToken stop)
    {
        var found = new List<Checkpoint>();
        await using var command = new NpgsqlCommand($"""
            SELECT shard, size, root, at_micros, key_id, signature
            FROM ledger.checkpoint
            WHERE shard = $1 AND size >= $2
            ORDER BY size {(newestFirst ? "DESC" : "ASC")}
            LIMIT $3
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = minSize });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            found.Add(new Checkpoint
            {
                Shard = reader.GetInt32(0), Size = reader.GetInt64(1), Root = reader.GetFieldValue<byte[]>(2),
                AtMicros = reader.GetInt64(3), KeyId = reader.GetString(4), Signature = reader.GetFieldValue<byte[]>(5),
            });
        }
        return found;
    }
}
