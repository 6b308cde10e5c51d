using Ecny.Ledger.Postgres;
using Ecny.Testing;

namespace Ecny.Ledger.Tests.Store;

/// <summary>The contract on the real SQL.</summary>
public sealed class PostgresLedgerStoreTests(PostgresFixture postgres) : LedgerStoreContract
{
    protected override async Task<ILedgerDatabase> CreateDatabase() =>
        new PostgresLedgerDatabase(await postgres.CreateDatabase("ledger", LedgerMigrations.Run));
}
