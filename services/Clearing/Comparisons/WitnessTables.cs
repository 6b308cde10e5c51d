using Ecny.Clearing.Books;
using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Clearing.Comparisons;

/// <summary>The journal's own sums, added up here. Migration 0002.</summary>
internal static class WitnessTables
{
    /// <summary>How far each shard is added up.</summary>
    public static async Task<Dictionary<int, (long Seq, DateOnly Date)>> Places(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT shard, seq, business_date FROM clearing.witness", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var places = new Dictionary<int, (long, DateOnly)>();
        while (await reader.ReadAsync(stop)) places[reader.GetInt32(0)] = (reader.GetInt64(1), reader.GetFieldValue<DateOnly>(2));
        return places;
    }

    /// <summary>Figures from a date on.</summary>
    public static async Task<Figures> Read(NpgsqlConnection connection, DateOnly from, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT business_date, shard, count, amount, moved FROM clearing.witness_day WHERE business_date >= $1") { Parameters = { Date(from) } },
                new("SELECT business_date, institution, kind, count, amount FROM clearing.witness_total WHERE business_date >= $1") { Parameters = { Date(from) } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        var figures = new Figures();
        while (await reader.ReadAsync(stop)) figures.Days[(reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1))] = (reader.GetInt64(2), reader.GetDecimal(3), reader.GetInt64(4));
        await reader.NextResultAsync(stop);
        while (await reader.ReadAsync(stop))
            figures.Totals[(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), (EntryKind)reader.GetInt16(2))] = (reader.GetInt64(3), reader.GetInt64(4));
        return figures;
    }

    /// <summary>Adds a stretch of a shard. False: another instance did, the place is no longer <paramref name="from"/>.</summary>
    public static async Task<bool> Advance(NpgsqlConnection connection, int shard, long from, JournalSums sums, CancellationToken stop)
    {
        var figures = Figures.Of(shard, sums.Items);
        var date = sums.Items.Max(item => item.BusinessDate);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using (var move = new NpgsqlCommand("""
            INSERT INTO clearing.witness AS w (shard, seq, business_date)
            VALUES ($1, $3, $4)
            ON CONFLICT (shard) DO UPDATE
            SET seq = $3, business_date = $4
            WHERE w.seq = $2
            """, connection, transaction) { Parameters = { new NpgsqlParameter<int> { TypedValue = shard }, Long(from), Long(sums.To), Date(date) } })
        {
            if (await move.ExecuteNonQueryAsync(stop) != 1) return false;
        }
        await using var add = new NpgsqlBatch(connection, transaction) { BatchCommands = { new(BookTables.Unhurried), Days(figures), Totals(figures) } };
        await add.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
        return true;
    }

    private static NpgsqlBatchCommand Days(Figures figures) => new("""
        INSERT INTO clearing.witness_day AS d (business_date, shard, count, amount, moved)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (business_date, shard) DO UPDATE
        SET count = d.count + EXCLUDED.count,
            amount = d.amount + EXCLUDED.amount,
            moved = d.moved + EXCLUDED.moved
        """)
    {
        Parameters =
        {
            Array(figures.Days.Keys.Select(key => key.Date)), Array(figures.Days.Keys.Select(key => key.Shard)), Array(figures.Days.Values.Select(day => day.Count)),
            Array(figures.Days.Values.Select(day => day.Amount)), Array(figures.Days.Values.Select(day => day.Moved)),
        },
    };

    private static NpgsqlBatchCommand Totals(Figures figures) => new("""
        INSERT INTO clearing.witness_total AS t (business_date, institution, kind, count, amount)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (business_date, institution, kind) DO UPDATE
        SET count = t.count + EXCLUDED.count,
            amount = t.amount + EXCLUDED.amount
        """)
    {
        Parameters =
        {
            Array(figures.Totals.Keys.Select(key => key.Date)), Array(figures.Totals.Keys.Select(key => key.Institution)), Array(figures.Totals.Keys.Select(key => (short)key.Kind)),
            Array(figures.Totals.Values.Select(total => total.Count)), Array(figures.Totals.Values.Select(total => total.Amount)),
        },
    };

    private static NpgsqlParameter Array<T>(IEnumerable<T> values) => new() { Value = values.ToArray() };

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateOnly> Date(DateOnly value) => new() { TypedValue = value };
}
