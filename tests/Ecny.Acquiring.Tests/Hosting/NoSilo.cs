using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>What a client sees that never reached a silo.</summary>
public sealed class NoSilo : ILedgerShard
{
    private static ShardUnavailableException Away => new("No silo was seen yet.");

    public Task<LedgerOutcome[]> Submit(LedgerCommand[] commands) => throw Away;

    public Task<LedgerRecord?> Find(TransferId id) => throw Away;

    public Task<OnceClaim?> FindOnce(OnceKey key) => throw Away;

    public Task<WalletSnapshot?> Wallet(long wallet) => throw Away;
}
