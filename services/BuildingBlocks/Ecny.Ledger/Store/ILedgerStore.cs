using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Store;

/// <summary>
/// The durable half of a shard. Two implementations: PostgreSQL, and the simulator's; one contract suite runs against both.
/// Calls that only read throw on failure; <see cref="Commit"/> never throws, its answer says what is known.
/// </summary>
public interface ILedgerStore
{
    /// <summary>
    /// Become the writer: epoch + 1 and the owner's name, in one fenced update. Null when another owner took the shard less than
    /// <paramref name="minimumTenure"/> ago by the database's clock (try again after a random back-off). Creates the shard's row when it is the first ever.
    /// Throws when the answer is not certain to be durable.
    /// </summary>
    Task<ShardHead?> Activate(int shard, string owner, TimeSpan minimumTenure, CancellationToken stop);

    /// <summary>One round trip for everything in <paramref name="keys"/>, committed state only.</summary>
    Task<LoadedRows> Load(int shard, KeySet keys, CancellationToken stop);

    /// <summary>One round trip, all or nothing, fenced. At most one at a time per shard.</summary>
    Task<CommitAnswer> Commit(CommitBatch batch);

    /// <summary>
    /// After an unknown commit: abandon the connection, and bump the epoch where it is still mine. When this returns, the unknown commit is either
    /// in the head returned or can never happen. Null: the shard has another owner. Throws when the database cannot be reached or the bump itself is not certain: call again.
    /// </summary>
    Task<ShardHead?> Barrier(int shard, long epoch, string owner, CancellationToken stop);

    /// <summary>The head as committed, or null when the shard was never activated.</summary>
    Task<ShardHead?> Head(int shard, CancellationToken stop);

    /// <summary>Entries after <paramref name="afterSeq"/>, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Entry>> ReadJournal(int shard, long afterSeq, int limit, CancellationToken stop);

    /// <summary>Committed wallet with all its buckets and the shard's head, in one snapshot; null when there is none.</summary>
    Task<WalletSnapshot?> ReadWallet(int shard, long wallet, CancellationToken stop);

    /// <summary>Entries that touched a wallet's available bucket, newest first, walking the chain from <paramref name="fromSeq"/> (0: from its last entry).</summary>
    Task<IReadOnlyList<Entry>> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit, CancellationToken stop);

    /// <summary>Open holds whose time has come by <paramref name="atMicros"/>, oldest first.</summary>
    Task<IReadOnlyList<TransferId>> DueHolds(int shard, long atMicros, int limit, CancellationToken stop);

    /// <summary>The database's clock (Unix microseconds) and whether the configured synchronous standby is there (true when none is required).</summary>
    Task<StoreHealth> Probe(CancellationToken stop);
}

public readonly record struct StoreHealth(long DatabaseMicros, bool StandbyPresent);
