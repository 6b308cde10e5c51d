using Ecny.Contracts.Ledger;
using Ecny.Ledger.Pump;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Ecny.Wallets.Ledger;

/// <summary>
/// Where a shard is served in the cluster. The grain only carries calls to its pump, which runs on threads of its own; when the pump loses the shard, the
/// activation goes away and the next call makes a new one. That there are never two writers is proven by PostgreSQL, not here.
/// </summary>
[GrainType(ILedgerShard.GrainType), Reentrant, KeepAlive, PreferLocalPlacement]
public sealed class LedgerShardGrain(ShardHost host, ILogger<LedgerShardGrain> logger) : Grain, ILedgerShard
{
    private HostedShard? hosted;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var shard = checked((int)this.GetPrimaryKeyLong());
        if (shard != ShardMap.OnlyShard) throw new ShardUnavailableException($"There is no shard {shard}.");
        hosted = await host.Open(shard, cancellationToken);
        _ = LeaveWhenLost(hosted.Pump);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (hosted is null) return;
        logger.LogInformation("Shard {Shard} leaves this silo: {Reason}", hosted.Shard, reason.Description);
        await hosted.Close(cancellationToken);
    }

    public Task<LedgerOutcome[]> Submit(LedgerCommand[] commands) => Pump.Submit(commands);

    public Task<LedgerRecord?> Find(TransferId id) => Pump.Find(id);

    public Task<OnceClaim?> FindOnce(OnceKey key) => Pump.FindOnce(key);

    public Task<WalletSnapshot?> Wallet(long wallet) => Pump.Wallet(wallet);

    private LedgerPump Pump => hosted?.Pump ?? throw new ShardUnavailableException("The shard is not served here.");

    private async Task LeaveWhenLost(LedgerPump pump)
    {
        await pump.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (pump.Completion.IsFaulted) logger.LogError(pump.Completion.Exception, "The pump of a shard failed; another activation takes over.");
        DeactivateOnIdle();
    }
}
