using Dapper;
using Npgsql;

namespace Ecny.Risk.Orders;

/// <summary>Orders of law and their outcomes: written once, never changed.</summary>
public sealed class LawOrderStore(NpgsqlDataSource database)
{
    private const string Query = """
        SELECT o.id, o.number, o.institution, o.request_no AS RequestNo, o.fingerprint, o.kind, o.wallet_id AS WalletId, o.name_token AS NameToken, o.amount,
          o.occurred_at AS OccurredAt, o.authority, o.document_no AS DocumentNo, o.received_at AS ReceivedAt,
          r.executed, r.reason, r.stopped_at AS StoppedAt, r.expires_at AS ExpiresAt, r.balance_before AS BalanceBefore, r.balance_after AS BalanceAfter
        FROM risk.law_order o
        LEFT JOIN risk.law_order_outcome r USING (id)
        """;

    /// <summary>Records an order, or gives the one that is known under its number.</summary>
    internal async Task<(LawOrder Order, bool Known)> Add(LawOrder asked)
    {
        await using var connection = await database.OpenConnectionAsync();
        var made = await connection.ExecuteAsync("""
            INSERT INTO risk.law_order (id, institution, request_no, fingerprint, kind, wallet_id, name_token, amount, occurred_at, authority, document_no, received_at)
            VALUES (@Id, @Institution, @RequestNo, @Fingerprint, @Kind, @WalletId, @NameToken, @Amount, @OccurredAt, @Authority, @DocumentNo, @ReceivedAt)
            ON CONFLICT (institution, request_no) DO NOTHING
            """, asked);
        var order = await connection.QuerySingleAsync<LawOrder>($"{Query} WHERE o.institution = @Institution AND o.request_no = @RequestNo", asked);
        return (order, made == 0);
    }

    internal async Task<LawOrder?> Get(Guid id)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<LawOrder>($"{Query} WHERE o.id = @id", new { id });
    }

    internal async Task<LawOrder?> Find(string institution, string requestNo)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<LawOrder>($"{Query} WHERE o.institution = @institution AND o.request_no = @requestNo", new { institution, requestNo });
    }

    internal async Task<IReadOnlyList<LawOrder>> List(string institution, string? walletId, long before, int limit)
    {
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<LawOrder>($"""
            {Query}
            WHERE o.institution = @institution AND o.number < @before AND (@walletId::text IS NULL OR o.wallet_id = @walletId)
            ORDER BY o.number DESC
            LIMIT @limit
            """, new { institution, walletId, before, limit })];
    }

    /// <summary>Orders without an outcome that came before a time, oldest first.</summary>
    internal async Task<IReadOnlyList<LawOrder>> Open(DateTime before, int limit)
    {
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<LawOrder>($"{Query} WHERE r.id IS NULL AND o.received_at < @before ORDER BY o.number LIMIT @limit", new { before, limit })];
    }

    /// <summary>
    /// The orders of one case, while nobody else works on it: a wallet under one number of one authority. The lock is the session's, so that it dies with the process
    /// and holds across the call to the ledger.
    /// </summary>
    internal async Task<LawCase> Open(LawOrder order, CancellationToken stop)
    {
        var connection = await database.OpenConnectionAsync(stop);
        try
        {
            var key = await connection.ExecuteScalarAsync<long>("SELECT hashtextextended('ecny.risk.case.' || @WalletId || '.' || @Authority || '.' || @DocumentNo, 0)", order);
            await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(@key)", new { key }, cancellationToken: stop));
            var orders = await connection.QueryAsync<LawOrder>($"{Query} WHERE o.wallet_id = @WalletId AND o.authority = @Authority AND o.document_no = @DocumentNo ORDER BY o.number", order);
            return new LawCase(connection, key, [.. orders]);
        }
        catch
        {
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A case that this process works on.</summary>
internal sealed class LawCase(NpgsqlConnection connection, long key, IReadOnlyList<LawOrder> orders) : IAsyncDisposable
{
    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<LawOrder> Orders => orders;

    public Task Decide(LawOrder order) => connection.ExecuteAsync("""
        INSERT INTO risk.law_order_outcome (id, executed, reason, stopped_at, expires_at, balance_before, balance_after)
        VALUES (@Id, @Executed, @Reason, @StoppedAt, @ExpiresAt, @BalanceBefore, @BalanceAfter)
        """, order);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(@key)", new { key });
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The session is broken, and the lock gone with it; it must not go back to the pool if it is not.
            NpgsqlConnection.ClearPool(connection);
        }
        await connection.DisposeAsync();
    }
}
