namespace Ecny.Ledger.Tests.Store;

/// <summary>The contract on the simulation's store: what the simulation proves is not a fiction.</summary>
public sealed class SimulatedLedgerStoreTests : LedgerStoreContract
{
    protected override Task<ILedgerDatabase> CreateDatabase() => Task.FromResult<ILedgerDatabase>(new SimulatedLedgerDatabase());
}
