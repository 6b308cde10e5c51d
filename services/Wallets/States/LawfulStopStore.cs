using Dapper;
using Npgsql;

namespace Ecny.Wallets.States;

/// <summary>A stop by order of law as it is remembered. Times in Unix microseconds, amounts in fen.</summary>
public sealed record LawfulStop
{
    public string Institution { get; init; } = "";
    public string RequestNo { get; init; } = "";
    public long Fingerprint { get; init; }
    public long Wallet { get; init; }
    public long ExpiresMicros { get; init; }
    public long BalanceBefore { get; init; }
    /// <summary>Null: not known to be in force yet.</summary>
    public long? StoppedMicros { get; init; }
    public long? BalanceAfter { get; init; }
}

/// <summary>Lawful stops in PostgreSQL.</summary>
public sealed class LawfulStopStore(NpgsqlDataSource database)
{
    /// <summary>Nobody else changes this wallet's state until it is disposed: an operator's change must not slip in beside a stop.</summary>
    public async Task<WalletStateLock> Lock(long wallet, CancellationToken stop)
    {
        var connection = await database.OpenConnectionAsync(stop);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(hashtextextended('ecny.wallets.state', @wallet))", new { wallet }, cancellationToken: stop));
            return new WalletStateLock(connection, wallet);
        }
        catch
        {
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>The right to change one wallet's state, and the stops that bind it.</summary>
public sealed class WalletStateLock(NpgsqlConnection connection, long wallet) : IAsyncDisposable
{
    /// <summary>When the last stop of the wallet ends, Unix microseconds; 0: there is none. One whose outcome is not known counts.</summary>
    public Task<long> StoppedUntil() => connection.ExecuteScalarAsync<long>("SELECT coalesce(max(expires_micros), 0) FROM wallets.lawful_stop WHERE wallet = @wallet", new { wallet });

    public Task<LawfulStop?> Find(string institution, string requestNo) => connection.QuerySingleOrDefaultAsync<LawfulStop>("""
        SELECT institution, request_no AS RequestNo, fingerprint, wallet, expires_micros AS ExpiresMicros, balance_before AS BalanceBefore, stopped_micros AS StoppedMicros, balance_after AS BalanceAfter
        FROM wallets.lawful_stop
        WHERE institution = @institution AND request_no = @requestNo
        """, new { institution, requestNo });

    public Task Begin(LawfulStop begun) => connection.ExecuteAsync("""
        INSERT INTO wallets.lawful_stop (institution, request_no, fingerprint, wallet, expires_micros, balance_before)
        VALUES (@Institution, @RequestNo, @Fingerprint, @Wallet, @ExpiresMicros, @BalanceBefore)
        """, begun);

    /// <summary>Begins again one that was never decided, with a new term.</summary>
    public Task Renew(LawfulStop renewed) => connection.ExecuteAsync(
        "UPDATE wallets.lawful_stop SET expires_micros = @ExpiresMicros, balance_before = @BalanceBefore WHERE institution = @Institution AND request_no = @RequestNo AND stopped_micros IS NULL", renewed);

    public Task End(LawfulStop done) => connection.ExecuteAsync(
        "UPDATE wallets.lawful_stop SET stopped_micros = @StoppedMicros, balance_after = @BalanceAfter WHERE institution = @Institution AND request_no = @RequestNo", done);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(hashtextextended('ecny.wallets.state', @wallet))", new { wallet });
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The session is broken, and the lock gone with it; it must not go back to the pool if it is not.
            NpgsqlConnection.ClearPool(connection);
        }
        await connection.DisposeAsync();
    }
}
