using System.Collections.Concurrent;
using Orleans;

namespace Ecny.Contracts.Ledger;

/// <summary>
/// The way to the ledger for everything outside the silo's pump. Concurrent commands are coalesced into few grain calls; a lone command goes at once.
/// No answer in time, or a failed call, is the outcome PROCESSING: the command may have been decided, so its caller resolves it by id.
/// </summary>
public sealed class LedgerClient : IDisposable
{
    private readonly LedgerClientOptions options;
    private readonly Func<int, ILedgerShard> shards;
    private readonly LedgerLane[] lanes;
    private readonly Timer sweep;

    public LedgerClient(IGrainFactory grains, LedgerClientOptions options)
        : this(References(grains), options) { }

    /// <param name="shards">The shard's arbiter by its number.</param>
    /// <param name="options">Bounds and deadlines.</param>
    public LedgerClient(Func<int, ILedgerShard> shards, LedgerClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CallsInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CommandsPerCall, 1);
        this.options = options;
        this.shards = shards;
        lanes = [new LedgerLane(ShardMap.OnlyShard, shards, options)];
        // One timer for all that waits: a timer per command would cost more than the command.
        var period = TimeSpan.FromMilliseconds(Math.Clamp(options.Timeout.TotalMilliseconds / 10, 5, 500));
        sweep = new Timer(_ => Sweep(period), null, period, period);
    }

    /// <summary>
    /// Asks the ledger to decide. The answer comes within <see cref="LedgerClientOptions.Timeout"/> (once for waiting, once for the call) and never as an exception.
    /// <paramref name="cancel"/> keeps a command from being queued; a queued one is decided whoever still listens.
    /// </summary>
    public Task<LedgerOutcome> Decide(LedgerCommand command, CancellationToken cancel = default) =>
        cancel.IsCancellationRequested ? Task.FromCanceled<LedgerOutcome>(cancel) : lanes[0].Enqueue(command);

    /// <summary>What is remembered of an attempt; null: never decided. Throws <see cref="ShardUnavailableException"/> when the owner cannot be asked.</summary>
    public Task<LedgerRecord?> Find(TransferId id, CancellationToken cancel = default) => Ask(shard => shard.Find(id), cancel);

    /// <summary>How a once-key stands; null while open. Throws <see cref="ShardUnavailableException"/> when the owner cannot be asked.</summary>
    public Task<OnceClaim?> FindOnce(OnceKey key, CancellationToken cancel = default) => Ask(shard => shard.FindOnce(key), cancel);

    /// <summary>A wallet with every answered command in it, or null. Throws <see cref="ShardUnavailableException"/> when the owner cannot be asked.</summary>
    public Task<WalletSnapshot?> Wallet(long wallet, CancellationToken cancel = default) => Ask(shard => shard.Wallet(wallet), cancel);

    public void Dispose() => sweep.Dispose();

    private void Sweep(TimeSpan period)
    {
        foreach (var lane in lanes)
        {
            lane.RefuseOverdue();
            lane.Hurry(period);
        }
    }

    /// <summary>Making a reference looks through attributes each time; one of them serves for ever.</summary>
    private static Func<int, ILedgerShard> References(IGrainFactory grains)
    {
        var known = new ConcurrentDictionary<int, ILedgerShard>();
        return shard => known.GetOrAdd(shard, static (number, factory) => factory.GetGrain<ILedgerShard>(number), grains);
    }

    private async Task<T> Ask<T>(Func<ILedgerShard, Task<T>> question, CancellationToken cancel)
    {
        try
        {
            return await question(shards(ShardMap.OnlyShard)).WaitAsync(options.Timeout, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ShardUnavailableException && !cancel.IsCancellationRequested)
        {
            throw new ShardUnavailableException($"Shard {ShardMap.OnlyShard} did not answer: {e.Message}", e);
        }
    }
}
