using Ecny.Ledger.Postgres;
using Ecny.Testing;

namespace Ecny.Ledger.Tests.Store;

/// <summary>The contract on the real SQL.</summary>
public sealed class PostgresLedgerStoreTests(PostgresFixture postgres) : LedgerStoreContract
{
    protected override async Task<ILedgerDatabase> CreateDatabase()
    {
        var connectionString = await postgres.CreateDatabase();
        LedgerMigrations.Run(connectionString);
        return new PostgresLedgerDatabase(connectionString);
    }
}
