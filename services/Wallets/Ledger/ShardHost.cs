using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Pump;
using Ecny.Wallets.Clustering;

namespace Ecny.Wallets.Ledger;

/// <summary>Makes pumps: each activation has its own, with connections of its own, so that one that is going away disturbs nobody.</summary>
public sealed class ShardHost(PostgresLedgerOptions database, Policy policy, ShardOptions options, SiloSettings silo, ShardMetrics metrics, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Names this process start in the shard's row.</summary>
    private readonly string owner = $"{silo.ClusterId}@{Environment.MachineName}:{silo.SiloPort}/{Guid.NewGuid():N}";

    /// <summary>Takes the shard and serves it. Waits (with random back-off) while a fresh owner is left its tenure.</summary>
    /// <exception cref="ShardUnavailableException">It cannot be taken now.</exception>
    public async Task<HostedShard> Open(int shard, CancellationToken stop)
    {
        var store = new PostgresLedgerStore(database);
        var pump = new LedgerPump(store, new LedgerCore(policy), options.State, new PumpOptions
        {
            Shard = shard, Owner = owner, QueueCapacity = options.QueueCapacity, MinimumTenure = options.MinimumTenure, Time = time,
            // A database that is back must not wait long for its ledger; one that is away is not hurt by a question a second.
            BackOffLimit = TimeSpan.FromSeconds(1),
        }, metrics, loggers.CreateLogger<LedgerPump>());
        var hosted = new HostedShard(shard, pump, store);
        try
        {
            // Never on the grain's scheduler: the grain must stay free to answer.
            await Task.Run(pump.Start, CancellationToken.None).WaitAsync(stop);
            return hosted;
        }
        catch (Exception e)
        {
            await hosted.Close(new CancellationToken(canceled: true));
            throw e as ShardUnavailableException ?? new ShardUnavailableException($"Shard {shard} could not be taken: {e.Message}", e);
        }
    }
}

/// <summary>A shard that this process serves.</summary>
public sealed record HostedShard(int Shard, LedgerPump Pump, PostgresLedgerStore Store)
{
    /// <summary>Finishes what is inside (unless <paramref name="hurry"/> is cancelled), then lets go.</summary>
    public Task Close(CancellationToken hurry) => Task.Run(async () =>
    {
        await Pump.Stop(hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Pump.DisposeAsync();
        await Store.DisposeAsync();
    }, CancellationToken.None);
}
