using System.Data;
using Npgsql;

namespace Ecny.Clearing.Reconciliations;

/// <summary>
/// Holds a file against the books: one pass over the file, one over the day's attempts, joined as sets, in one transaction. Compared are the numbers of the
/// institution that sent the file; lines of one number and type after the first are bad lines.
/// </summary>
public sealed class Matching(NpgsqlDataSource database, ClearingOptions options)
{
    /// <summary>False: another instance is at it, or it is done.</summary>
    public async Task<bool> Run(long id, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        if (await Lock(connection, id, stop) is not var (institution, date)) return false;
        // Hash joins of a million rows belong in memory; there is one of these at a time.
        await Do(connection, "SET LOCAL work_mem = '256MB'", stop);
        var (shards, seqs) = await Places(connection, stop);
        var duplicates = await Duplicates(connection, id, stop);
        var verdicts = await Join(connection, id, institution, date, shards, seqs, stop);
        if (verdicts[MatchVerdict.LESS - MatchVerdict.SAME] > 0) await LookAround(connection, id, institution, date, stop);
        await Do(connection, $"DROP TABLE {Reconciliation.LinesOf(id)}", stop);
        await using var finish = new NpgsqlCommand("""
            UPDATE clearing.reconciliation
            SET status = 3, shards = $2, seqs = $3, bad_lines = bad_lines + $4, verdicts = $5, finished_at = now()
            WHERE id = $1
            """, connection) { Parameters = { Long(id), new() { Value = shards }, new() { Value = seqs }, Long(duplicates), new() { Value = verdicts } } };
        await finish.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
        return true;
    }

    /// <summary>Records that it cannot be matched.</summary>
    public async Task GiveUp(long id, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (await Lock(connection, id, stop) is null) return;
        await Do(connection, $"DROP TABLE IF EXISTS {Reconciliation.LinesOf(id)}", stop);
        await using var command = new NpgsqlCommand("UPDATE clearing.reconciliation SET status = 4, finished_at = now() WHERE id = $1", connection) { Parameters = { Long(id) } };
        await command.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }

    private static async Task<(string Institution, DateOnly Date)?> Lock(NpgsqlConnection connection, long id, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT institution, business_date FROM clearing.reconciliation WHERE id = $1 AND status = 2 FOR UPDATE SKIP LOCKED", connection) { Parameters = { Long(id) } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop) ? (reader.GetString(0), reader.GetFieldValue<DateOnly>(1)) : null;
    }

    private static async Task<(int[] Shards, long[] Seqs)> Places(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(array_agg(shard ORDER BY shard), '{}'), coalesce(array_agg(seq ORDER BY shard), '{}') FROM clearing.shard", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetFieldValue<int[]>(0), reader.GetFieldValue<long[]>(1));
    }

    private async Task<long> Duplicates(NpgsqlConnection connection, long id, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand($"""
            WITH numbered AS (
              SELECT line, row_number() OVER (PARTITION BY type, number ORDER BY line) AS nth
              FROM {Reconciliation.LinesOf(id)}
            ), again AS (
              SELECT line, row_number() OVER (ORDER BY line) AS nth, count(*) OVER () AS total
              FROM numbered
              WHERE nth > 1
            ), kept AS (
              INSERT INTO clearing.bad_line (reconciliation, line, reason)
              SELECT $1, line, $2
              FROM again
              WHERE nth <= $3
            )
            SELECT coalesce(max(total), 0) FROM again
            """, connection)
        {
            CommandTimeout = 0,
            Parameters = { Long(id), new NpgsqlParameter<short> { TypedValue = (short)BadLineReason.DUPLICATE }, new NpgsqlParameter<int> { TypedValue = options.MostBadLines } },
        };
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Counts by verdict, and the discrepancies written.</summary>
    private static async Task<long[]> Join(NpgsqlConnection connection, long id, string institution, DateOnly date, int[] shards, long[] seqs, CancellationToken stop)
    {
        // MatchVerdict defines the cases. "Moved": settled, with more than nothing.
        await using var command = new NpgsqlCommand($"""
            WITH theirs AS (
              SELECT DISTINCT ON (type, number) type, number, line, settled, amount, at
              FROM {Reconciliation.LinesOf(id)}
              ORDER BY type, number, line
            ), ours AS (
              SELECT a.type, a.number, max(a.code) AS code, sum(a.amount)::bigint AS amount, min(a.shard) AS shard, min(a.seq) AS seq, min(a.at) AS at
              FROM clearing.attempt a
              JOIN unnest($4, $5) AS u (shard, seq) ON u.shard = a.shard AND a.seq <= u.seq
              WHERE a.business_date = $3 AND a.institution = $2
              GROUP BY a.type, a.number
            ), joined AS MATERIALIZED (
              SELECT coalesce(t.type, o.type) AS type, coalesce(t.number, o.number) AS number, t.line, t.settled, t.amount AS their_amount, o.code, o.amount AS our_amount,
                o.shard, o.seq, coalesce(o.at, t.at) AS at,
                CASE
                  WHEN o.number IS NULL THEN CASE WHEN t.settled AND t.amount > 0 THEN 3 ELSE 1 END
                  WHEN t.number IS NULL THEN CASE WHEN o.code = 0 AND o.amount > 0 THEN 2 ELSE 1 END
                  WHEN t.settled <> (o.code = 0) THEN 5
                  WHEN t.settled AND t.amount <> o.amount THEN 4
                  ELSE 1
                END::smallint AS verdict
              FROM theirs t
              FULL JOIN ours o ON o.type = t.type AND o.number = t.number
            ), written AS (
              INSERT INTO clearing.discrepancy (reconciliation, nth, verdict, type, number, line, their_settled, their_amount, our_code, our_amount, shard, seq, at)
              SELECT $1, row_number() OVER (ORDER BY verdict, type, number COLLATE "C"), verdict, type, number, line, settled, their_amount, code, our_amount, shard, seq, at
              FROM joined
              WHERE verdict <> 1
            )
            SELECT verdict, count(*) FROM joined GROUP BY verdict
            """, connection)
        {
            CommandTimeout = 0,
            Parameters = { Long(id), new NpgsqlParameter<string> { TypedValue = institution }, new NpgsqlParameter<DateOnly> { TypedValue = date }, new() { Value = shards }, new() { Value = seqs } },
        };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var verdicts = new long[Enum.GetValues<MatchVerdict>().Length];
        while (await reader.ReadAsync(stop)) verdicts[reader.GetInt16(0) - 1] = reader.GetInt64(1);
        return verdicts;
    }

    /// <summary>What only they have may be booked on the day before or after: at the cut-off the clocks of two parties rarely agree.</summary>
    private static async Task LookAround(NpgsqlConnection connection, long id, string institution, DateOnly date, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE clearing.discrepancy d
            SET found_on = a.business_date
            FROM clearing.attempt a
            WHERE d.reconciliation = $1 AND d.verdict = 3 AND a.institution = $2 AND a.business_date IN ($3, $4) AND a.type = d.type AND a.number = d.number
            """, connection)
        {
            CommandTimeout = 0,
            Parameters =
            {
                Long(id), new NpgsqlParameter<string> { TypedValue = institution }, new NpgsqlParameter<DateOnly> { TypedValue = date.AddDays(-1) },
                new NpgsqlParameter<DateOnly> { TypedValue = date.AddDays(1) },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task Do(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };
}
