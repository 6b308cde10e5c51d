using Orleans.Metadata;

namespace Ecny.Contracts.Ledger;

/// <summary>
/// The one arbiter of a shard. Any silo may host it, one does; PostgreSQL, not the actor runtime, proves that (architecture §2.8).
/// </summary>
[Alias("ecny.ILedgerShard"), DefaultGrainType(ILedgerShard.GrainType)]
public interface ILedgerShard : IGrainWithIntegerKey
{
    /// <summary>What hosts a shard is found under this name, whatever its class is called.</summary>
    const string GrainType = "ecny.shard";

    /// <summary>Decides commands; answers come in the order of the commands, when all of them are durable.</summary>
    [Alias("Submit")] Task<LedgerOutcome[]> Submit(LedgerCommand[] commands);

    /// <summary>What is remembered of an attempt; null only when the owner, under its own epoch, knows that it was never decided.</summary>
    [Alias("Find")] Task<LedgerRecord?> Find(TransferId id);

    /// <summary>How a once-key stands; null while it is open.</summary>
    [Alias("FindOnce")] Task<OnceClaim?> FindOnce(OnceKey key);

    /// <summary>A wallet with every answered command in it; null when there is none.</summary>
    [Alias("Wallet")] Task<WalletSnapshot?> Wallet(long wallet);
}

/// <summary>Thrown by the shard when it cannot serve now (no owner, standby missing, clocks apart); nothing was decided by this call's host.</summary>
[GenerateSerializer, Alias("ecny.ShardUnavailable")]
public sealed class ShardUnavailableException : Exception
{
    public ShardUnavailableException() { }
    public ShardUnavailableException(string message) : base(message) { }
    public ShardUnavailableException(string message, Exception inner) : base(message, inner) { }
}
