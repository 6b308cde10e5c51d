using System.Runtime.CompilerServices;
using Ecny.Clearing.Books;
using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Reads discrepancies in their order: by verdict, type and number.</summary>
public sealed class DiscrepancyStore(NpgsqlDataSource database)
{
    /// <summary>Those after a place.</summary>
    /// <param name="verdict">Null: all.</param>
    internal async IAsyncEnumerable<(long Nth, DiscrepancyObject Discrepancy)> Read(long reconciliation, MatchVerdict? verdict, long after, int limit, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            SELECT nth, verdict, type, number, line, their_settled, their_amount, our_code, our_amount, shard, seq, at, found_on
            FROM clearing.discrepancy
            WHERE reconciliation = $1 AND nth > $2 AND ($3::smallint IS NULL OR verdict = $3)
            ORDER BY nth
            LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = reconciliation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter { Value = verdict is { } one ? (short)one : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Smallint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var code = reader.IsDBNull(7) ? (DeclineCode?)null : (DeclineCode)reader.GetInt16(7);
            yield return (reader.GetInt64(0), new DiscrepancyObject
            {
                Verdict = (MatchVerdict)reader.GetInt16(1), Type = ((AttemptType)reader.GetInt16(2)).ToString(), Number = reader.GetString(3), Line = reader.IsDBNull(4) ? null : reader.GetInt32(4),
                TheirStatus = reader.IsDBNull(5) ? null : DiscrepancyObject.StatusOf(reader.GetBoolean(5)), TheirAmount = Long(reader, 6),
                OurStatus = code is { } known ? DiscrepancyObject.StatusOf(known == DeclineCode.None) : null, OurAmount = Long(reader, 8),
                DeclineCode = code is { } decline ? DiscrepancyObject.CodeOf(decline) : null, Shard = reader.IsDBNull(9) ? null : reader.GetInt32(9), Seq = Long(reader, 10),
                At = reader.IsDBNull(11) ? null : Dates.Text(reader.GetFieldValue<DateTimeOffset>(11)), FoundOn = reader.IsDBNull(12) ? null : reader.GetFieldValue<DateOnly>(12),
            });
        }
    }

    private static long? Long(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
