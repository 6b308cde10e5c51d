using Dapper;
using Ecny.Risk.Engine.Snapshots;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Risk.Detection;

/// <summary>The engine's state at a place in the journal, so that a restart need not read the journal from its beginning. The last two are kept.</summary>
internal static class Snapshots
{
    public static async Task Write(NpgsqlConnection connection, NpgsqlTransaction transaction, int shard, long seq, int catalogue, EngineState state, CancellationToken stop)
    {
        await connection.ExecuteAsync("INSERT INTO risk.snapshot (shard, seq, catalogue) VALUES (@shard, @seq, @catalogue) ON CONFLICT DO NOTHING", new { shard, seq, catalogue }, transaction);
        await connection.ExecuteAsync("DELETE FROM risk.snapshot_part WHERE shard = @shard AND seq = @seq", new { shard, seq }, transaction);
        await using var copy = await connection.BeginBinaryImportAsync("COPY risk.snapshot_part (shard, seq, part, section, body) FROM STDIN (FORMAT BINARY)", stop);
        for (var part = 0; part < state.Parts.Count; part++)
        {
            await copy.StartRowAsync(stop);
            await copy.WriteAsync(shard, NpgsqlDbType.Integer, stop);
            await copy.WriteAsync(seq, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(part, NpgsqlDbType.Integer, stop);
            await copy.WriteAsync(state.Parts[part].Section, NpgsqlDbType.Text, stop);
            await copy.WriteAsync(state.Parts[part].Body, NpgsqlDbType.Bytea, stop);
        }
        await copy.CompleteAsync(stop);
        await copy.CloseAsync(stop);
        await connection.ExecuteAsync("""
            DELETE FROM risk.snapshot
            WHERE shard = @shard AND seq NOT IN (SELECT seq FROM risk.snapshot WHERE shard = @shard ORDER BY seq DESC LIMIT 2)
            """, new { shard }, transaction);
    }

    /// <summary>Places of the states kept, at or before a sequence, newest first.</summary>
    public static async Task<IReadOnlyList<(long Seq, int Catalogue)>> List(NpgsqlConnection connection, int shard, long seq) =>
        [.. await connection.QueryAsync<(long, int)>("SELECT seq, catalogue FROM risk.snapshot WHERE shard = @shard AND seq <= @seq ORDER BY seq DESC", new { shard, seq })];

    public static async Task<EngineState> Read(NpgsqlConnection connection, int shard, long seq)
    {
        var parts = await connection.QueryAsync<(string Section, byte[] Body)>("SELECT section, body FROM risk.snapshot_part WHERE shard = @shard AND seq = @seq ORDER BY part", new { shard, seq });
        return new EngineState([.. parts.Select(part => new EngineStatePart(part.Section, part.Body))]);
    }

    public static Task Forget(NpgsqlConnection connection, int shard, long seq) =>
        connection.ExecuteAsync("DELETE FROM risk.snapshot WHERE shard = @shard AND seq = @seq", new { shard, seq });
}
