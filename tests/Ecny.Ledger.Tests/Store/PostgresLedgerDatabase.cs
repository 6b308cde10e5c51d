using Ecny.Ledger.Postgres;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Npgsql;

namespace Ecny.Ledger.Tests.Store;

/// <summary>A migrated database of its own on a real server.</summary>
internal sealed class PostgresLedgerDatabase(string connectionString) : ILedgerDatabase
{
    private readonly List<PostgresLedgerStore> _stores = [];

    public string ConnectionString => connectionString;

    public ILedgerStore Open()
    {
        var store = new PostgresLedgerStore(new PostgresLedgerOptions { ConnectionString = connectionString, CommitTimeout = TimeSpan.FromMilliseconds(500) });
        _stores.Add(store);
        return store;
    }

    public async Task<IAsyncDisposable> Block(int shard)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("SELECT FROM ledger.shard WHERE shard = $1 FOR UPDATE", connection) { Parameters = { new() { Value = shard } } };
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async Task SomebodyWaits()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        await Eventually.True(async () => await command.ExecuteScalarAsync() is > 0L, "somebody waits for the shard's row");
    }

    /// <summary>The tenure is the database's clock: waited for there.</summary>
    public async Task Pass(TimeSpan span)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_sleep_for($1)", connection) { Parameters = { new() { Value = span } } };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        await using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
