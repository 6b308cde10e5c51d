using Ecny.Contracts.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Clearing.Books;

/// <summary>The SQL of the books. Migration 0001.</summary>
internal static class BookTables
{
    /// <summary>
    /// The transaction does not wait for the disk, which the ledger needs more. What a crash of the server takes back, it takes with the cursor or place that was
    /// moved in the same transaction: it is read from the journal again.
    /// </summary>
    public const string Unhurried = "SET LOCAL synchronous_commit = off";

    public static async Task<ShardState> Read(NpgsqlConnection connection, int shard, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            SELECT seq, business_date, ended, day_count, day_moved, last_kind, chain
            FROM clearing.shard
            WHERE shard = $1
            """, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = shard } } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (!await reader.ReadAsync(stop)) return new ShardState { Shard = shard };
        return new ShardState
        {
            Shard = shard, Seq = reader.GetInt64(0), Date = reader.GetFieldValue<DateOnly>(1), Ended = reader.GetBoolean(2), DayCount = reader.GetInt64(3), DayMoved = reader.GetInt64(4),
            LastKind = (EntryKind)reader.GetInt16(5), Chain = reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6),
        };
    }

    /// <summary>All that a batch changes, in the caller's transaction.</summary>
    public static async Task Write(NpgsqlConnection connection, BookBatch batch, CancellationToken stop)
    {
        foreach (var date in batch.Opened)
        {
            await using var open = new NpgsqlCommand("SELECT clearing.open_day($1)", connection) { Parameters = { new NpgsqlParameter<DateOnly> { TypedValue = date } } };
            await open.ExecuteNonQueryAsync(stop);
        }
        if (batch.Attempts.Count > 0) await Append(connection, batch.Attempts, stop);
        await using var changes = new NpgsqlBatch(connection) { BatchCommands = { new(Unhurried), Days(batch), Totals(batch), Shard(batch.State) } };
        await changes.ExecuteNonQueryAsync(stop);
    }

    private static async Task Append(NpgsqlConnection connection, IReadOnlyList<Attempt> attempts, CancellationToken stop)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            "COPY clearing.attempt (seq, at, amount, business_date, shard, type, code, institution, number) FROM STDIN (FORMAT binary)", stop);
        foreach (var (type, code, entry) in attempts)
        {
            await rows.StartRowAsync(stop);
            await rows.WriteAsync(entry.Seq, NpgsqlDbType.Bigint, stop);
            await rows.WriteAsync(entry.At.UtcDateTime, NpgsqlDbType.TimestampTz, stop);
            await rows.WriteAsync(entry.Amount, NpgsqlDbType.Bigint, stop);
            await rows.WriteAsync(entry.BusinessDate, NpgsqlDbType.Date, stop);
            await rows.WriteAsync(entry.Shard, NpgsqlDbType.Integer, stop);
            await rows.WriteAsync((short)type, NpgsqlDbType.Smallint, stop);
            await rows.WriteAsync((short)code, NpgsqlDbType.Smallint, stop);
            await rows.WriteAsync(entry.Institution, NpgsqlDbType.Text, stop);
            await rows.WriteAsync(entry.Number, NpgsqlDbType.Text, stop);
        }
        await rows.CompleteAsync(stop);
    }

    private static NpgsqlBatchCommand Days(BookBatch batch) => new("""
        INSERT INTO clearing.day AS d (business_date, shard, first_seq, last_seq, count, amount, moved, end_seq, fault)
        SELECT n.business_date, $1, n.first_seq, n.last_seq, n.count, n.amount, n.moved, n.end_seq, n.fault
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS n (business_date, first_seq, last_seq, count, amount, moved, end_seq, fault)
        ON CONFLICT (business_date, shard) DO UPDATE
        SET last_seq = EXCLUDED.last_seq,
            count = d.count + EXCLUDED.count,
            amount = d.amount + EXCLUDED.amount,
            moved = d.moved + EXCLUDED.moved,
            end_seq = coalesce(EXCLUDED.end_seq, d.end_seq),
            fault = nullif(concat_ws('; ', d.fault, EXCLUDED.fault), '')
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<int> { TypedValue = batch.State.Shard }, Array(batch.Days, day => day.Date), Array(batch.Days, day => day.FirstSeq), Array(batch.Days, day => day.LastSeq),
            Array(batch.Days, day => day.Count), Array(batch.Days, day => day.Amount), Array(batch.Days, day => day.Moved), Array(batch.Days, day => day.EndSeq), Array(batch.Days, day => day.Fault),
        },
    };

    private static NpgsqlBatchCommand Totals(BookBatch batch)
    {
        // In one order always: two shards that write at once wait for each other, and never in a circle.
        var totals = batch.Totals.OrderBy(total => total.Key.Date).ThenBy(total => total.Key.Institution, StringComparer.Ordinal).ThenBy(total => total.Key.Kind).ToList();
        return new NpgsqlBatchCommand("""
            INSERT INTO clearing.total AS t (business_date, institution, kind, count, amount)
            SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (business_date, institution, kind) DO UPDATE
            SET count = t.count + EXCLUDED.count,
                amount = t.amount + EXCLUDED.amount
            """)
        {
            Parameters =
            {
                Array(totals, total => total.Key.Date), Array(totals, total => total.Key.Institution), Array(totals, total => (short)total.Key.Kind),
                Array(totals, total => total.Value.Count), Array(totals, total => total.Value.Amount),
            },
        };
    }

    private static NpgsqlBatchCommand Shard(ShardState state) => new("""
        INSERT INTO clearing.shard (shard, seq, business_date, ended, day_count, day_moved, last_kind, chain)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (shard) DO UPDATE
        SET seq = EXCLUDED.seq,
            business_date = EXCLUDED.business_date,
            ended = EXCLUDED.ended,
            day_count = EXCLUDED.day_count,
            day_moved = EXCLUDED.day_moved,
            last_kind = EXCLUDED.last_kind,
            chain = EXCLUDED.chain
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<int> { TypedValue = state.Shard }, new NpgsqlParameter<long> { TypedValue = state.Seq }, new NpgsqlParameter<DateOnly> { TypedValue = state.Date },
            new NpgsqlParameter<bool> { TypedValue = state.Ended }, new NpgsqlParameter<long> { TypedValue = state.DayCount }, new NpgsqlParameter<long> { TypedValue = state.DayMoved },
            new NpgsqlParameter<short> { TypedValue = (short)state.LastKind }, new NpgsqlParameter { Value = (object?)state.Chain ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
        },
    };

    private static NpgsqlParameter Array<T, TValue>(IEnumerable<T> rows, Func<T, TValue> column) => new() { Value = rows.Select(column).ToArray() };
}
