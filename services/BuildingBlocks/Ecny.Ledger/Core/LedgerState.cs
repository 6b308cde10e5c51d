using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Core;

/// <summary>
/// The working set of one shard: rows in memory, and the batch being decided on top of them. Rows touched by a batch stay until it is
/// committed; an abort drops every row that an uncommitted batch touched, so nothing decided on it survives. Not thread-safe: one loop owns it.
/// </summary>
public sealed partial class LedgerState
{
    private readonly LedgerStateOptions _options;
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);
    private readonly Queue<Touched> _sealed = new();
    private readonly RecentRows<TransferId, NumberRow> _recentNumbers;
    private readonly RecentRows<OnceKey, OnceRow> _recentOnce;
    private ShardHead _committed = null!;
    private long _committedBatch;
    private long _batch = 1;
    private Touched _touched = new();
    private byte[] _chain = EntryHash.Genesis;
    private int _hashed;

    public LedgerState(LedgerStateOptions options)
    {
        _options = options;
        Wallets = new(options.MaxWallets);
        Numbers = new(options.GenerationSize);
        Buckets = new(options.GenerationSize);
        Once = new(options.GenerationSize);
        Holds = new(options.GenerationSize);
        Refunds = new(options.GenerationSize);
        Tokens = new(options.GenerationSize * 4);
        AbsentWallets = new(options.GenerationSize);
        _recentNumbers = new(options.RecentSize);
        _recentOnce = new(options.RecentSize);
    }

    /// <summary>
    /// Whether attempts and once-keys that memory does not know are taken for new, without a look into the database. Almost all are; the commit's unique keys
    /// catch the others (<see cref="CommitBatch.Assumes"/>), and then everything on top of it is decided afresh with this switched off.
    /// </summary>
    public bool AssumesNew { get; set; }

    internal WalletTable Wallets { get; }
    internal RowCache<long, object> AbsentWallets { get; }
    private RowCache<TransferId, NumberRecord> Numbers { get; }
    internal RowCache<BucketId, CachedRow<BucketRow>> Buckets { get; }
    private RowCache<OnceKey, CachedRow<OnceRow>> Once { get; }
    internal RowCache<TransferId, CachedRow<HoldRow>> Holds { get; }
    internal RowCache<TransferId, CachedRow<RefundRow>> Refunds { get; }
    internal RowCache<Guid, CachedRow<TokenRow>> Tokens { get; }

    /// <summary>Entries of the batch being decided.</summary>
    internal List<Entry> Entries => _touched.Entries;
    internal List<NumberRow> NewNumbers => _touched.NumberRows;
    internal int Shard => _committed.Shard;
    internal long Epoch => _committed.Epoch;
    internal long Seq { get; private set; }
    internal long LastAtMicros { get; set; }
    internal DateOnly BusinessDate { get; set; }
    internal long DayCount { get; set; }
    internal long DaySum { get; set; }

    /// <summary>True when the batch being decided has entries to commit.</summary>
    public bool HasDecisions => _touched.Entries.Count > 0;

    /// <summary>Wallet rows in memory.</summary>
    public int WalletsInMemory => Wallets.Count;

    /// <summary>Drops everything and starts on a committed head, whose epoch is ours.</summary>
    public void Reset(ShardHead committedHead)
    {
        Wallets.Clear();
        AbsentWallets.Clear();
        Numbers.Clear();
        Buckets.Clear();
        Once.Clear();
        _recentNumbers.Clear();
        _recentOnce.Clear();
        Holds.Clear();
        Refunds.Clear();
        Tokens.Clear();
        _sealed.Clear();
        _committed = committedHead;
        Rewind();
    }

    /// <summary>Hands over the decided batch. Its rows stay pinned until <see cref="Committed"/>; a new batch starts on top of it.</summary>
    public CommitBatch Seal()
    {
        FoldChain();
        var touched = _touched;
        var batch = new CommitBatch { Shard = Shard, Epoch = Epoch, PrevSeq = touched.PrevSeq, Assumes = touched.Assumes };
        batch.Entries.AddRange(touched.Entries);
        batch.Numbers.AddRange(touched.NumberRows);
        foreach (var (wallet, expected) in touched.Wallets)
        {
            if (!Wallets.TryFind(wallet, out var slot)) continue;
            ref var row = ref Wallets.Row(slot);
            if (row.Version != expected) batch.Wallets.Add(new Change<WalletRow>(row, expected));
        }
        foreach (var (row, expected) in touched.Buckets)
            if (row.Row.Version != expected) batch.Buckets.Add(new Change<BucketRow>(row.Row, expected));
        foreach (var row in touched.Once) if (row.Present) batch.Once.Add(row.Row);
        foreach (var (row, expected) in touched.Holds) if (row.Present) batch.Holds.Add(new Change<HoldRow>(row.Row, expected));
        foreach (var (row, expected) in touched.Refunds)
            if (row.Row.Refunded != expected) batch.Refunds.Add(new Change<RefundRow>(row.Row, expected));
        foreach (var (row, expected) in touched.Tokens)
            if (row.Row.Version != expected) batch.Tokens.Add(new Change<TokenRow>(row.Row, expected));
        batch.Head = new ShardHead
        {
            Shard = Shard, Epoch = Epoch, Owner = _committed.Owner, Seq = Seq, AtMicros = LastAtMicros, BusinessDate = BusinessDate,
            DayCount = DayCount, DaySum = DaySum, Chain = _chain,
        };
        _sealed.Enqueue(touched);
        _batch++;
        _touched = new Touched { PrevSeq = Seq };
        _hashed = 0;
        return batch;
    }

    /// <summary>The oldest sealed batch is durable: its rows may be evicted.</summary>
    public void Committed(CommitBatch batch)
    {
        var touched = _sealed.Dequeue();
        _committed = batch.Head;
        _committedBatch++;
        Retire(touched);
        Wallets.Trim(_committedBatch);
        AbsentWallets.Trim(static _ => false);
        Numbers.Trim(IsPinned);
        Buckets.Trim(IsPinned);
        Once.Trim(IsPinned);
        Holds.Trim(IsPinned);
        Refunds.Trim(IsPinned);
        Tokens.Trim(IsPinned);
    }

    /// <summary>Abort: drops all rows touched by batches that are not committed; the head is the last committed one again.</summary>
    public void Discard()
    {
        foreach (var touched in _sealed) Drop(touched);
        Drop(_touched);
        _sealed.Clear();
        Rewind();
    }

    /// <summary>The chain hash over everything decided so far.</summary>
    internal byte[] FoldChain()
    {
        for (; _hashed < Entries.Count; _hashed++) _chain = EntryHash.Next(_chain, Entries[_hashed]);
        return _chain;
    }

    internal long NextSeq() => ++Seq;

    private void Rewind()
    {
        _batch = _committedBatch + 1;
        Seq = _committed.Seq;
        LastAtMicros = _committed.AtMicros;
        BusinessDate = _committed.BusinessDate;
        DayCount = _committed.DayCount;
        DaySum = _committed.DaySum;
        _chain = _committed.Chain;
        _hashed = 0;
        _touched = new Touched { PrevSeq = Seq };
    }

    private void Drop(Touched touched)
    {
        foreach (var (wallet, _) in touched.Wallets) Wallets.Remove(wallet);
        foreach (var number in touched.Numbers) Numbers.Remove(number);
        foreach (var (row, _) in touched.Buckets) Buckets.Remove(row.Row.Id);
        foreach (var row in touched.Once) Once.Remove(row.Row.Key);
        foreach (var (row, _) in touched.Holds) Holds.Remove(row.Row.Id);
        foreach (var (row, _) in touched.Refunds) Refunds.Remove(row.Row.Payment);
        foreach (var (row, _) in touched.Tokens) Tokens.Remove(row.Row.Id);
    }

    private bool IsPinned<TRow>(CachedRow<TRow> row) => row.LastBatch > _committedBatch;

    /// <summary>What one batch touched, with the version each row had in the database before it.</summary>
    private sealed class Touched
    {
        public long PrevSeq { get; init; }
        public bool Assumes { get; set; }
        public List<Entry> Entries { get; } = [];
        public List<NumberRow> NumberRows { get; } = [];
        public List<TransferId> Numbers { get; } = [];
        public List<(long Wallet, long Expected)> Wallets { get; } = [];
        public List<(CachedRow<BucketRow> Row, long Expected)> Buckets { get; } = [];
        public List<CachedRow<OnceRow>> Once { get; } = [];
        public List<(CachedRow<HoldRow> Row, long Expected)> Holds { get; } = [];
        public List<(CachedRow<RefundRow> Row, long Expected)> Refunds { get; } = [];
        public List<(CachedRow<TokenRow> Row, long Expected)> Tokens { get; } = [];
    }
}
