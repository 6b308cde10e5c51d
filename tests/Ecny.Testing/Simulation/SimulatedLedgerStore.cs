using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Testing.Simulation;

/// <summary>
/// One host's way to the simulated database, with the semantics of the PostgreSQL store. Without faults it answers at once, as a plain
/// in-memory store; with faults it delays, breaks, forgets to answer, and goes silent when its host dies.
/// </summary>
public sealed class SimulatedLedgerStore(SimulatedDatabase database, TimeProvider databaseClock, SimulatedFaults? faults) : ILedgerStore
{
    // Barriers of this epoch that ended without a certain answer, as in the real store.
    private (long Epoch, int Count) _uncertain;

    /// <summary>Set when the host dies: no call ever returns any more.</summary>
    public bool Dead { get; set; }

    /// <summary>For proving that the simulation finds what is wrong: the store then does not check the epoch.</summary>
    public bool SkipsFence { get; init; }

    /// <summary>For proving that the simulation finds what is wrong: a commit of which nothing is known counts as done.</summary>
    public bool TakesUnknownForDone { get; init; }

    public async Task<CommitAnswer> Commit(CommitBatch batch)
    {
        var generation = database.Generation;
        var fault = faults?.OnCommit() ?? CommitFault.None;
        await Travel();
        if (Dead)
        {
            // The host is gone, but what it sent may be on its way.
            if (faults!.Coin()) await faults.Late();
            if (generation == database.Generation) Apply(batch, replicate: true);
            await Never();
        }
        if (generation != database.Generation || fault == CommitFault.NeverArrives) return await Unknown("the connection broke");
        if (fault == CommitFault.ArrivesLate)
        {
            _ = ArriveLate(batch, generation);
            return await Unknown("no answer in time");
        }
        var applied = ApplyWhenUnlocked(batch, replicate: fault != CommitFault.NotReplicated);
        // A row that is locked stays locked for longer than a commit waits: it is given up here and arrives when the lock goes.
        if (!applied.IsCompleted) return await Unknown("no answer in time");
        var (result, detail) = await applied;
        if (result == CommitResult.Committed && fault == CommitFault.NotReplicated) return await Unknown("the wait for the standby was cancelled");
        if (result == CommitResult.Committed && !database.StandbyPresent) return await Unknown("the standby does not answer");
        if (fault == CommitFault.AnswerLost) return await Unknown("the answer is lost");
        var micros = Micros();
        await Travel();
        if (Dead) await Never();
        return new CommitAnswer(result, micros, detail);
    }

    public async Task<ShardHead?> Activate(int shard, string owner, TimeSpan minimumTenure, CancellationToken stop)
    {
        await Arrive(stop);
        return await Certain(database.Tables.Take(shard, owner, minimumTenure, Micros()));
    }

    public async Task<ShardHead?> Barrier(int shard, long epoch, string owner, CancellationToken stop)
    {
        if (_uncertain.Epoch != epoch) _uncertain = (epoch, 0);
        var uncertain = _uncertain.Count++;
        await Arrive(stop);
        await database.RowLock();
        var head = await Certain(database.Tables.Bump(shard, epoch, uncertain, owner));
        _uncertain.Count--;
        return head;
    }

    public Task<LoadedRows> Load(int shard, KeySet keys, CancellationToken stop) => Read(() => database.Tables.Load(shard, keys), stop);

    public Task<ShardHead?> Head(int shard, CancellationToken stop) => Read(() => database.Tables.Head(shard), stop);

    public Task<IReadOnlyList<Entry>> ReadJournal(int shard, long afterSeq, int limit, CancellationToken stop) =>
        Read(() => database.Tables.ReadJournal(shard, afterSeq, limit), stop);

    public Task<WalletSnapshot?> ReadWallet(int shard, long wallet, CancellationToken stop) => Read(() => database.Tables.ReadWallet(shard, wallet), stop);

    public Task<IReadOnlyList<Entry>> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit, CancellationToken stop) =>
        Read(() => database.Tables.ReadWalletEntries(shard, wallet, fromSeq, limit), stop);

    public Task<IReadOnlyList<TransferId>> DueHolds(int shard, long atMicros, int limit, CancellationToken stop) =>
        Read(() => database.Tables.DueHolds(atMicros, limit), stop);

    public Task<StoreHealth> Probe(CancellationToken stop) => Read(() => new StoreHealth(Micros(), database.StandbyPresent), stop);

    private async Task<T> Read<T>(Func<T> read, CancellationToken stop)
    {
        var generation = await Arrive(stop);
        var rows = read();
        // What was read may be old when it comes.
        await Travel();
        if (Dead) await Never();
        return generation == database.Generation ? rows : throw new IOException("the connection broke");
    }

    private async Task<int> Arrive(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var generation = database.Generation;
        var fails = faults?.Fails() ?? false;
        await Travel();
        if (Dead) await Never();
        if (fails || generation != database.Generation) throw new IOException("the connection broke");
        return generation;
    }

    /// <summary>Writes the shard's row; returns only when that is durable on both, else throws, written or not.</summary>
    private async Task<ShardHead?> Certain(StoredShard? shard)
    {
        if (shard is null) return null;
        database.Write(tables => tables.Put(shard));
        var generation = database.Generation;
        // Cancelled waits for the standby and lost answers: written here, perhaps nowhere else.
        if (faults?.Fails() ?? false)
        {
            if (faults.Coin()) database.Replicate();
            throw new IOException("the shard's row was changed, but that is not certain to last");
        }
        if (!database.Replicate()) throw new IOException("the standby does not answer");
        await Travel();
        if (Dead) await Never();
        return generation == database.Generation ? shard.Head : throw new IOException("the connection broke");
    }

    private async Task ArriveLate(CommitBatch batch, int generation)
    {
        await faults!.Late();
        if (generation == database.Generation) Apply(batch, replicate: true);
    }

    private async Task<(CommitResult Result, string? Detail)> ApplyWhenUnlocked(CommitBatch batch, bool replicate)
    {
        await database.RowLock().ConfigureAwait(false);
        return Apply(batch, replicate);
    }

    private (CommitResult Result, string? Detail) Apply(CommitBatch batch, bool replicate)
    {
        if (SkipsFence && database.Tables.Head(batch.Shard) is { } head && head.Epoch != batch.Epoch && head.Seq == batch.PrevSeq)
        {
            database.Write(tables => tables.Write(batch));
            database.Replicate();
            return (CommitResult.Committed, null);
        }
        var verdict = database.Commit(batch);
        if (verdict.Result == CommitResult.Committed && replicate) database.Replicate();
        return verdict;
    }

    private async Task<CommitAnswer> Unknown(string detail)
    {
        await Travel();
        if (Dead) await Never();
        return new CommitAnswer(TakesUnknownForDone ? CommitResult.Committed : CommitResult.Unknown, 0, detail);
    }

    private long Micros() => (databaseClock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private Task Travel() => faults?.Travel() ?? Task.CompletedTask;

    private static Task Never() => new TaskCompletionSource().Task;
}
