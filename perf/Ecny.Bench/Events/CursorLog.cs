using Npgsql;

namespace Ecny.Bench.Events;

/// <summary>
/// When each effect became durable, as PostgreSQL itself says: a trigger writes a row beside each move of a cursor, and the row's transaction is that of the effect,
/// whose commit time the server keeps. Nothing is sampled, and no consumer is asked.
/// </summary>
internal static class CursorLog
{
    public static async Task Install(string connectionString, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("""
            CREATE SCHEMA bench;
            CREATE TABLE bench.moved (consumer text NOT NULL, seq bigint NOT NULL);
            CREATE FUNCTION bench.note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO bench.moved VALUES (NEW.consumer, NEW.seq);
              RETURN NULL;
            END $$;
            CREATE TRIGGER bench_note AFTER UPDATE OF seq ON messaging.cursor FOR EACH ROW EXECUTE FUNCTION bench.note();
            """);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Consumer → its moves beyond a sequence, in order.</summary>
    public static async Task<Dictionary<string, List<Moment>>> Read(string connectionString, long after, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("""
            SELECT consumer, seq, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
            FROM bench.moved
            WHERE seq > $1
            ORDER BY consumer, seq
            """);
        command.Parameters.AddWithValue(after);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var moves = new Dictionary<string, List<Moment>>(StringComparer.Ordinal);
        while (await reader.ReadAsync(stop))
        {
            if (!moves.TryGetValue(reader.GetString(0), out var list)) moves.Add(reader.GetString(0), list = []);
            list.Add(new Moment(reader.GetInt64(1), reader.GetInt64(2)));
        }
        return moves;
    }

    /// <summary>When each entry of a stretch of the journal was committed, in order, from the one after <paramref name="after"/>.</summary>
    public static async Task<List<Moment>> Journal(string connectionString, long after, long to, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("""
            SELECT seq, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
            FROM ledger.journal
            WHERE shard = 0 AND seq > $1 AND seq <= $2
            ORDER BY seq
            """);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(to);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var commits = new List<Moment>();
        while (await reader.ReadAsync(stop)) commits.Add(new Moment(reader.GetInt64(0), reader.GetInt64(1)));
        return commits;
    }
}

/// <summary>Everything up to a sequence was done at this time (Unix microseconds).</summary>
internal readonly record struct Moment(long Seq, long Micros);
