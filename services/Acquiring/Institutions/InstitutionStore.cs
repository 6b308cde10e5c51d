using System.Text.Json;
using Ecny.Contracts.Institutions;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Acquiring.Institutions;

/// <summary>
/// Institutions and the feed of their changes. Every writer goes through <see cref="Append"/>, which locks the counter until the commit: the
/// sequence has no gaps and its order is the order of the commits.
/// </summary>
public sealed class InstitutionStore(NpgsqlDataSource db)
{
    /// <summary>Institutions never seen before, as they are in the bootstrap file; known ones stay as they are.</summary>
    public async Task AddMissing(IEnumerable<Institution> institutions, CancellationToken cancel)
    {
        foreach (var institution in institutions) await Add(institution, InstitutionContent.Fingerprint(institution), cancel);
    }

    /// <summary>Null when the id, the wallet prefix or a key id is taken; <see cref="FindWithFingerprint"/> tells which of it.</summary>
    public async Task<Institution?> Add(Institution institution, long fingerprint, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var insert = new NpgsqlCommand("""
            INSERT INTO institution (id, fingerprint, wallet_prefix, document)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """, connection, transaction))
        {
            insert.Parameters.AddWithValue(institution.Id);
            insert.Parameters.AddWithValue(fingerprint);
            insert.Parameters.AddWithValue((object?)institution.WalletPrefix ?? DBNull.Value);
            insert.Parameters.AddWithValue(NpgsqlDbType.Jsonb, Json(institution));
            if (await insert.ExecuteNonQueryAsync(cancel) == 0) return null;
        }
        foreach (var key in institution.Keys)
            if (!await AddKey(connection, transaction, institution.Id, key.KeyId, cancel)) return null;
        await Append(connection, transaction, institution, cancel);
        await transaction.CommitAsync(cancel);
        return institution;
    }

    /// <summary>
    /// Changes an institution under a lock. <paramref name="change"/> gets it as it is and returns it as it shall be (the same object: no change).
    /// Null when there is none. A key that is new in it must not belong to anybody (<see cref="KeyTakenException"/>).
    /// </summary>
    public async Task<Institution?> Change(string id, Func<Institution, Institution> change, CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        Institution before;
        await using (var select = new NpgsqlCommand("SELECT document FROM institution WHERE id = $1 FOR UPDATE", connection, transaction))
        {
            select.Parameters.AddWithValue(id);
            if (await select.ExecuteScalarAsync(cancel) is not string document) return null;
            before = Parse(document);
        }
        var after = change(before);
        if (ReferenceEquals(before, after)) return before;
        foreach (var key in after.Keys.Where(key => before.Keys.All(old => old.KeyId != key.KeyId)))
            if (!await AddKey(connection, transaction, id, key.KeyId, cancel)) throw new KeyTakenException(key.KeyId);
        foreach (var key in before.Keys.Where(key => after.Keys.All(left => left.KeyId != key.KeyId)))
            await RetireKey(connection, transaction, key.KeyId, cancel);
        await using (var update = new NpgsqlCommand("""
            UPDATE institution
            SET document = $2, changed_at = now()
            WHERE id = $1
            """, connection, transaction))
        {
            update.Parameters.AddWithValue(id);
            update.Parameters.AddWithValue(NpgsqlDbType.Jsonb, Json(after));
            await update.ExecuteNonQueryAsync(cancel);
        }
        await Append(connection, transaction, after, cancel);
        await transaction.CommitAsync(cancel);
        return after;
    }

    public async Task<(Institution Institution, long Fingerprint)?> FindWithFingerprint(string id, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("SELECT document, fingerprint FROM institution WHERE id = $1");
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (Parse(reader.GetString(0)), reader.GetInt64(1)) : null;
    }

    public async Task<InstitutionChanges> Changes(long after, int limit, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("""
            SELECT sequence, document
            FROM institution_change
            WHERE sequence > $1
            ORDER BY sequence
            LIMIT $2
            """);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var items = new List<InstitutionChange>();
        while (await reader.ReadAsync(cancel)) items.Add(new InstitutionChange { Sequence = reader.GetInt64(0), Institution = Parse(reader.GetString(1)) });
        return new InstitutionChanges { Items = items, LastSequence = items.Count > 0 ? items[^1].Sequence : after };
    }

    private static async Task Append(NpgsqlConnection connection, NpgsqlTransaction transaction, Institution institution, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            WITH next AS (
                UPDATE institution_sequence
                SET value = value + 1
                RETURNING value)
            INSERT INTO institution_change (sequence, institution, document)
            SELECT value, $1, $2
            FROM next
            """, connection, transaction);
        command.Parameters.AddWithValue(institution.Id);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, Json(institution));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<bool> AddKey(NpgsqlConnection connection, NpgsqlTransaction transaction, string institution, string keyId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("INSERT INTO institution_key (key_id, institution) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection, transaction);
        command.Parameters.AddWithValue(keyId);
        command.Parameters.AddWithValue(institution);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>A retired key id stays reserved: a signature of the past must never be read with another key.</summary>
    private static async Task RetireKey(NpgsqlConnection connection, NpgsqlTransaction transaction, string keyId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("UPDATE institution_key SET retired_at = now() WHERE key_id = $1", connection, transaction);
        command.Parameters.AddWithValue(keyId);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Json(Institution institution) => JsonSerializer.Serialize(institution, InstitutionJson.Default.Institution);

    private static Institution Parse(string document) => JsonSerializer.Deserialize(document, InstitutionFeedJson.Default.Institution)!;
}

/// <summary>The key id belongs, or once belonged, to an institution.</summary>
public sealed class KeyTakenException(string keyId) : Exception($"Key id {keyId} is taken.")
{
    public string KeyId { get; } = keyId;
}
