using Ecny.Clearing.Books;
using Npgsql;

namespace Ecny.Clearing.Comparisons;

/// <summary>With whom the books are compared.</summary>
internal enum Other : short
{
    /// <summary>Wallets' own database.</summary>
    Journal = 1,
    Acquiring = 2,
}

/// <summary>The last comparison of a day with another. Table <c>clearing.comparison</c>.</summary>
/// <param name="UpTo">It holds up to these entries; empty where nothing could be compared.</param>
internal sealed record Comparison(DateOnly Date, Other Other, IReadOnlyDictionary<int, long> UpTo, IReadOnlyList<Difference> Differences)
{
    /// <summary>What is kept of many differences: enough to see what is wrong.</summary>
    public const int MostDifferences = 100;

    /// <summary>When it got that far.</summary>
    public DateTimeOffset Since { get; init; }

    public static async Task<List<Comparison>> Read(NpgsqlConnection connection, DateOnly from, DateOnly to, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("""
            SELECT business_date, other, shards, seqs, institutions, differences, since
            FROM clearing.comparison
            WHERE business_date BETWEEN $1 AND $2
            """, connection) { Parameters = { new NpgsqlParameter<DateOnly> { TypedValue = from }, new NpgsqlParameter<DateOnly> { TypedValue = to } } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<Comparison>();
        while (await reader.ReadAsync(stop))
        {
            var upTo = reader.GetFieldValue<int[]>(2).Zip(reader.GetFieldValue<long[]>(3)).ToDictionary();
            var differences = reader.GetFieldValue<string[]>(4).Zip(reader.GetFieldValue<string[]>(5), (institution, sentence) => new Difference(institution, sentence)).ToList();
            found.Add(new Comparison(reader.GetFieldValue<DateOnly>(0), (Other)reader.GetInt16(1), upTo, differences) { Since = reader.GetFieldValue<DateTimeOffset>(6) });
        }
        return found;
    }

    /// <summary>Writes what is new in them.</summary>
    public static async Task Save(NpgsqlConnection connection, IEnumerable<Comparison> comparisons, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { new(BookTables.Unhurried) } };
        foreach (var one in comparisons)
        {
            var kept = one.Differences.Take(MostDifferences).ToList();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                INSERT INTO clearing.comparison AS c (business_date, other, shards, seqs, institutions, differences)
                SELECT n.*
                FROM (SELECT $1::date, $2::smallint, $3::int[], $4::bigint[], $5::text[], $6::text[]) AS n (business_date, other, shards, seqs, institutions, differences)
                WHERE NOT EXISTS (SELECT FROM clearing.comparison WHERE (business_date, other) = (n.business_date, n.other) AND (shards, seqs, institutions, differences) = (n.shards, n.seqs, n.institutions, n.differences))
                ON CONFLICT (business_date, other) DO UPDATE
                SET since = CASE WHEN c.seqs = EXCLUDED.seqs THEN c.since ELSE EXCLUDED.since END,
                    shards = EXCLUDED.shards,
                    seqs = EXCLUDED.seqs,
                    institutions = EXCLUDED.institutions,
                    differences = EXCLUDED.differences
                """)
            {
                Parameters =
                {
                    new NpgsqlParameter<DateOnly> { TypedValue = one.Date }, new NpgsqlParameter<short> { TypedValue = (short)one.Other }, new() { Value = one.UpTo.Keys.ToArray() },
                    new() { Value = one.UpTo.Values.ToArray() }, new() { Value = kept.Select(difference => difference.Institution).ToArray() },
                    new() { Value = kept.Select(difference => difference.Sentence).ToArray() },
                },
            });
        }
        await batch.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }
}
