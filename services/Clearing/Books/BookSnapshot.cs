using Ecny.Clearing.Comparisons;
using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Clearing.Books;

/// <summary>The books from a date on, as they stood at one moment.</summary>
internal sealed record BookSnapshot(IReadOnlyList<ShardPlace> Shards, IReadOnlyList<BookDay> Days, Figures Figures)
{
    /// <summary>Days from <paramref name="from"/> up to <paramref name="to"/>; <see cref="Shards"/> are all.</summary>
    public static async Task<BookSnapshot> Read(NpgsqlConnection connection, DateOnly from, DateOnly to, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT shard, seq, business_date, ended FROM clearing.shard ORDER BY shard"),
                Between("""
                    SELECT business_date, shard, first_seq, last_seq, count, amount, moved, end_seq, fault
                    FROM clearing.day
                    WHERE business_date BETWEEN $1 AND $2
                    ORDER BY business_date, shard
                    """, from, to),
                Between("""
                    SELECT business_date, institution, kind, count, amount
                    FROM clearing.total
                    WHERE business_date BETWEEN $1 AND $2
                    """, from, to),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        var shards = new List<ShardPlace>();
        while (await reader.ReadAsync(stop)) shards.Add(new ShardPlace(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<DateOnly>(2), reader.GetBoolean(3)));
        await reader.NextResultAsync(stop);
        var (days, figures) = (new List<BookDay>(), new Figures());
        while (await reader.ReadAsync(stop))
        {
            var day = new BookDay(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetDecimal(5), reader.GetInt64(6),
                reader.IsDBNull(7) ? null : reader.GetInt64(7), reader.IsDBNull(8) ? null : reader.GetString(8));
            days.Add(day);
            figures.Days[(day.Date, day.Shard)] = (day.Count, day.Amount, day.Moved);
        }
        await reader.NextResultAsync(stop);
        while (await reader.ReadAsync(stop))
            figures.Totals[(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), (EntryKind)reader.GetInt16(2))] = (reader.GetInt64(3), reader.GetInt64(4));
        return new BookSnapshot(shards, days, figures);
    }

    private static NpgsqlBatchCommand Between(string sql, DateOnly from, DateOnly to) =>
        new(sql) { Parameters = { new NpgsqlParameter<DateOnly> { TypedValue = from }, new NpgsqlParameter<DateOnly> { TypedValue = to } } };
}

/// <param name="Seq">The last entry in the books.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Ended">That date has its DAY_END.</param>
internal sealed record ShardPlace(int Shard, long Seq, DateOnly Date, bool Ended);

/// <summary>A business day of a shard.</summary>
/// <param name="Amount">Fen of every entry, declines too.</param>
/// <param name="Moved">Fen that moved.</param>
/// <param name="EndSeq">DAY_END; null while the day goes on.</param>
/// <param name="Fault">What differs from DAY_END, or was not taken.</param>
internal sealed record BookDay(DateOnly Date, int Shard, long FirstSeq, long LastSeq, long Count, decimal Amount, long Moved, long? EndSeq, string? Fault);
