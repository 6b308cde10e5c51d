using System.Text.Json;
using Ecny.Contracts.Institutions;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.ServiceDefaults.Institutions;

/// <summary>The copy of the institutions in the service's own database (table <c>institution_copy</c>).</summary>
internal sealed class InstitutionCopy(NpgsqlDataSource database)
{
    public async Task<List<InstitutionChange>> Load(CancellationToken cancellation)
    {
        await using var select = database.CreateCommand(
            """
            SELECT sequence, document::text
            FROM institution_copy
            ORDER BY sequence
            """);
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        var changes = new List<InstitutionChange>();
        while (await reader.ReadAsync(cancellation))
            changes.Add(new InstitutionChange
            {
                Sequence = reader.GetInt64(0),
                Institution = JsonSerializer.Deserialize(reader.GetString(1), InstitutionFeedJson.Default.Institution)!,
            });
        return changes;
    }

    /// <summary>Replicas write the same changes at the same time: only a later one replaces.</summary>
    public async Task Save(IReadOnlyList<InstitutionChange> changes, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var change in changes.OrderBy(static c => c.Institution.Id, StringComparer.Ordinal).ThenBy(static c => c.Sequence))
        {
            await using var upsert = new NpgsqlCommand(
                """
                INSERT INTO institution_copy (institution, sequence, document)
                VALUES ($1, $2, $3)
                ON CONFLICT (institution) DO UPDATE
                SET sequence = excluded.sequence, document = excluded.document
                WHERE institution_copy.sequence < excluded.sequence
                """,
                connection,
                transaction);
            upsert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = change.Institution.Id });
            upsert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = change.Sequence });
            upsert.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(change.Institution, InstitutionFeedJson.Default.Institution), NpgsqlDbType = NpgsqlDbType.Jsonb });
            await upsert.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }
}
