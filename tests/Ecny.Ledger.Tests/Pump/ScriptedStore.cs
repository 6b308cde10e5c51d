using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Tests.Pump;

/// <summary>A store whose commits, loads and probes a test can hold up or answer itself.</summary>
internal sealed class ScriptedStore(ILedgerStore inner) : ILedgerStore
{
    /// <summary>Called for each commit with the store's own commit; null: as it is.</summary>
    public Func<CommitBatch, Func<Task<CommitAnswer>>, Task<CommitAnswer>>? OnCommit { get; set; }
    public Func<KeySet, Task>? BeforeLoad { get; set; }

    public List<CommitBatch> Commits { get; } = [];

    public Task<CommitAnswer> Commit(CommitBatch batch)
    {
        Commits.Add(batch);
        return OnCommit is null ? inner.Commit(batch) : OnCommit(batch, () => inner.Commit(batch));
    }

    public async Task<LoadedRows> Load(int shard, KeySet keys, CancellationToken stop)
    {
        if (BeforeLoad is not null) await BeforeLoad(keys);
        return await inner.Load(shard, keys, stop);
    }

    public Task<ShardHead?> Activate(int shard, string owner, TimeSpan minimumTenure, CancellationToken stop) => inner.Activate(shard, owner, minimumTenure, stop);
    public Task<ShardHead?> Barrier(int shard, long epoch, string owner, CancellationToken stop) => inner.Barrier(shard, epoch, owner, stop);
    public Task<ShardHead?> Head(int shard, CancellationToken stop) => inner.Head(shard, stop);
    public Task<IReadOnlyList<Entry>> ReadJournal(int shard, long afterSeq, int limit, CancellationToken stop) => inner.ReadJournal(shard, afterSeq, limit, stop);
    public Task<WalletSnapshot?> ReadWallet(int shard, long wallet, CancellationToken stop) => inner.ReadWallet(shard, wallet, stop);
    public Task<IReadOnlyList<Entry>> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit, CancellationToken stop) => inner.ReadWalletEntries(shard, wallet, fromSeq, limit, stop);
    public Task<IReadOnlyList<TransferId>> DueHolds(int shard, long atMicros, int limit, CancellationToken stop) => inner.DueHolds(shard, atMicros, limit, stop);
    public Task<StoreHealth> Probe(CancellationToken stop) => inner.Probe(stop);
}
