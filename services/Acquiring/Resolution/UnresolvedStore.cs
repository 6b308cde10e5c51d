using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Acquiring.Resolution;

/// <summary>
/// The table <c>unresolved</c>: what was answered 202 and is not decided yet. A row is committed before that answer leaves, so whoever got a
/// 202 is never told later that nothing is known.
/// </summary>
public sealed class UnresolvedStore(NpgsqlDataSource db)
{
    private const string Columns = "id, kind, institution, number, fingerprint, amount, not_after, context";

    /// <summary>
    /// Before a 202 leaves. Not bound to the request: whoever hangs up still gets an answer to a question by number.
    /// </summary>
    /// <exception cref="ApiException">UNAVAILABLE: it could not be written, so 202 must not be answered.</exception>
    public async Task Remember(Attempt attempt)
    {
        try
        {
            await Add(attempt);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            throw new ApiException(ApiCode.UNAVAILABLE);
        }
    }

    private async Task Add(Attempt attempt)
    {
        await using var command = db.CreateCommand("""
            INSERT INTO unresolved (id, kind, institution, number, fingerprint, amount, not_after, context)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO NOTHING
            """);
        command.Parameters.AddWithValue(attempt.Id.Value);
        command.Parameters.AddWithValue((short)attempt.Kind);
        command.Parameters.AddWithValue(attempt.Institution);
        command.Parameters.AddWithValue(attempt.Number);
        command.Parameters.AddWithValue(attempt.Fingerprint);
        command.Parameters.AddWithValue(attempt.Amount);
        command.Parameters.AddWithValue(attempt.NotAfterMicros);
        command.Parameters.AddWithValue(attempt.Context);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task<Attempt?> Find(TransferId id, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"SELECT {Columns} FROM unresolved WHERE id = $1");
        command.Parameters.AddWithValue(id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    /// <summary>Takes attempts that are due; another replica leaves them alone for <paramref name="lease"/>.</summary>
    public async Task<List<Attempt>> Lease(int limit, TimeSpan lease, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"""
            UPDATE unresolved
            SET next_attempt_at = now() + $2
            WHERE id IN (
                SELECT id
                FROM unresolved
                WHERE next_attempt_at <= now()
                ORDER BY next_attempt_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """);
        command.Parameters.AddWithValue(limit);
        command.Parameters.AddWithValue(lease);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<Attempt>();
        while (await reader.ReadAsync(cancel)) due.Add(Read(reader));
        return due;
    }

    /// <summary>The ledger has decided: what became of it is the ledger's to tell from here on.</summary>
    public async Task Remove(IReadOnlyCollection<TransferId> ids, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("DELETE FROM unresolved WHERE id = ANY ($1)");
        command.Parameters.AddWithValue(ids.Select(id => id.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Not decided yet: ask again after <paramref name="delay"/>.</summary>
    public async Task Postpone(IReadOnlyCollection<TransferId> ids, TimeSpan delay, CancellationToken cancel)
    {
        await using var command = db.CreateCommand("UPDATE unresolved SET next_attempt_at = now() + $2 WHERE id = ANY ($1)");
        command.Parameters.AddWithValue(ids.Select(id => id.Value).ToArray());
        command.Parameters.AddWithValue(delay);
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<long> Count(CancellationToken cancel)
    {
        await using var command = db.CreateCommand("SELECT count(*) FROM unresolved");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static Attempt Read(NpgsqlDataReader row) => new()
    {
        Id = new TransferId(row.GetGuid(0)),
        Kind = (EntryKind)row.GetInt16(1),
        Institution = row.GetString(2),
        Number = row.GetString(3),
        Fingerprint = row.GetInt64(4),
        Amount = row.GetInt64(5),
        NotAfterMicros = row.GetInt64(6),
        Context = row.GetString(7),
    };
}
