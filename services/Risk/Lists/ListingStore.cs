using Dapper;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;
using Npgsql;

namespace Ecny.Risk.Lists;

/// <summary>
/// Lists in PostgreSQL. Each change is written beside its listing for the engine, which takes it at a recorded place in the journal. To the engine a list is
/// named with its owner, so that nobody ends another's listing.
/// </summary>
public sealed class ListingStore(NpgsqlDataSource database)
{
    private const string Columns = """
        id, number, institution, fingerprint, list, wallet, reason, expires_at AS ExpiresAt, created_at AS CreatedAt, ended_at AS EndedAt, end_reason AS EndReason
        """;

    /// <summary>Null: the wallet is on the list already. A number that is known gives its listing.</summary>
    internal async Task<(Listing Listing, bool Known)?> Add(Listing asked, string requestNo, DateTime now, long untilMicros)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Two requests for one wallet wait for each other here.
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('ecny.risk.list.' || @Institution || '.' || @Wallet, 0))", asked, transaction);
        var known = await connection.QuerySingleOrDefaultAsync<Listing>($"SELECT {Columns} FROM risk.list_entry WHERE institution = @Institution AND request_no = @requestNo",
            new { asked.Institution, requestNo }, transaction);
        if (known is not null) return (known, true);
        if (asked.ExpiresAt <= now) throw new ApiException([Field.Wrong("expiresAt", "必须晚于现在", "must be later than now")]);
        var taken = await connection.ExecuteScalarAsync<bool>("""
            SELECT EXISTS (
              SELECT FROM risk.list_entry
              WHERE institution = @Institution AND list = @List AND wallet = @Wallet AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > @now))
            """, new { asked.Institution, asked.List, asked.Wallet, now }, transaction);
        if (taken) return null;
        var made = await connection.QuerySingleOrDefaultAsync<Listing>($"""
            INSERT INTO risk.list_entry (id, institution, request_no, fingerprint, list, wallet, reason, expires_at, created_at)
            VALUES (@Id, @Institution, @requestNo, @Fingerprint, @List, @Wallet, @Reason, @ExpiresAt, @now)
            ON CONFLICT (institution, request_no) DO NOTHING
            RETURNING {Columns}
            """, new { asked.Id, asked.Institution, requestNo, asked.Fingerprint, asked.List, asked.Wallet, asked.Reason, asked.ExpiresAt, now }, transaction);
        if (made is null)
        {
            // The same number for another wallet, at the same moment.
            await transaction.RollbackAsync();
            return (await connection.QuerySingleAsync<Listing>($"SELECT {Columns} FROM risk.list_entry WHERE institution = @Institution AND request_no = @requestNo", new { asked.Institution, requestNo }), true);
        }
        await Change(connection, transaction, made, true, untilMicros);
        await transaction.CommitAsync();
        return (made, false);
    }

    /// <summary>Ends a listing; one that is ended stays as it is. Null: it does not exist, or belongs to another institution.</summary>
    internal async Task<(Listing Listing, bool Known)?> End(Guid id, string institution, string reason, DateTime now)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var ended = await connection.QuerySingleOrDefaultAsync<Listing>($"""
            UPDATE risk.list_entry
            SET ended_at = @now, end_reason = @reason
            WHERE id = @id AND institution = @institution AND ended_at IS NULL
            RETURNING {Columns}
            """, new { id, institution, reason, now }, transaction);
        // A listing that has expired is off the engine's list, perhaps on it again by another entry.
        if (ended is not null && (ended.ExpiresAt is null || ended.ExpiresAt > now)) await Change(connection, transaction, ended, false, 0);
        await transaction.CommitAsync();
        if (ended is not null) return (ended, false);
        return await Get(id) is { } known && known.Institution == institution ? (known, true) : null;
    }

    internal async Task<Listing?> Get(Guid id)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Listing>($"SELECT {Columns} FROM risk.list_entry WHERE id = @id", new { id });
    }

    /// <param name="institution">Null: of all.</param>
    internal async Task<IReadOnlyList<Listing>> Find(string? institution, string? list, long? wallet, long before, int limit)
    {
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<Listing>($"""
            SELECT {Columns}
            FROM risk.list_entry
            WHERE number < @before
              AND (@institution::text IS NULL OR institution = @institution)
              AND (@list::text IS NULL OR list = @list)
              AND (@wallet::bigint IS NULL OR wallet = @wallet)
            ORDER BY number DESC
            LIMIT @limit
            """, new { institution, list, wallet, before, limit })];
    }

    private static Task<int> Change(NpgsqlConnection connection, NpgsqlTransaction transaction, Listing listing, bool listed, long untilMicros) => connection.ExecuteAsync(
        "INSERT INTO risk.list_change (list, wallet, listed, until_micros) VALUES (@list, @Wallet, @listed, @untilMicros)",
        new { list = $"{listing.Institution}:{listing.List}", listing.Wallet, listed, untilMicros }, transaction);
}
