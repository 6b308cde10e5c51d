using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Testing.Simulation;

/// <summary>The ledger's tables in memory, with every check that the SQL of the commit makes. The contract suite of the store holds for both.</summary>
public sealed class SimulatedTables
{
    private readonly Dictionary<int, StoredShard> _shards = [];
    private readonly List<Entry> _journal = [];
    private readonly Dictionary<long, WalletRow> _wallets = [];
    private readonly Dictionary<BucketId, BucketRow> _buckets = [];
    private readonly Dictionary<TransferId, NumberRow> _numbers = [];
    private readonly Dictionary<Guid, OnceRow> _once = [];
    private readonly Dictionary<TransferId, HoldRow> _holds = [];
    private readonly Dictionary<TransferId, RefundRow> _refunds = [];
    private readonly Dictionary<Guid, TokenRow> _tokens = [];

    public IReadOnlyList<Entry> Journal => _journal;
    public IReadOnlyDictionary<long, WalletRow> Wallets => _wallets;
    public IReadOnlyDictionary<BucketId, BucketRow> Buckets => _buckets;
    public IReadOnlyDictionary<TransferId, NumberRow> Numbers => _numbers;
    public IReadOnlyDictionary<Guid, OnceRow> Once => _once;
    public IReadOnlyDictionary<TransferId, HoldRow> Holds => _holds;
    public IReadOnlyDictionary<TransferId, RefundRow> Refunds => _refunds;

    public ShardHead? Head(int shard) => _shards.TryGetValue(shard, out var stored) ? stored.Head : null;

    /// <summary>The head after taking the shard, or null when the present owner's tenure protects it. Changes nothing.</summary>
    public StoredShard? Take(int shard, string owner, TimeSpan minimumTenure, long nowMicros)
    {
        if (!_shards.TryGetValue(shard, out var stored))
            return new StoredShard(new ShardHead
            {
                Shard = shard, Epoch = 1, Owner = owner, Seq = 0, AtMicros = 0, DayCount = 0, DaySum = 0, Chain = EntryHash.Genesis,
                BusinessDate = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMicroseconds(nowMicros).AddHours(8)),
            }, nowMicros);
        var (age, tenure) = (nowMicros - stored.ActivatedMicros, (long)minimumTenure.TotalMicroseconds);
        if (stored.Head.Owner != owner && age < tenure && -age <= tenure) return null;
        return new StoredShard(stored.Head with { Epoch = stored.Head.Epoch + 1, Owner = owner }, nowMicros);
    }

    /// <summary>The head after the barrier's bump, or null when the epoch is not the caller's. Changes nothing.</summary>
    public StoredShard? Bump(int shard, long epoch, long uncertain, string owner)
    {
        if (!_shards.TryGetValue(shard, out var stored) || stored.Head.Owner != owner) return null;
        if (stored.Head.Epoch < epoch || stored.Head.Epoch > epoch + uncertain) return null;
        return stored with { Head = stored.Head with { Epoch = stored.Head.Epoch + 1 } };
    }

    public void Put(StoredShard shard) => _shards[shard.Head.Shard] = shard;

    /// <summary>What the fence and the checks say about a batch; changes nothing.</summary>
    public (CommitResult Result, string? Detail) Check(CommitBatch batch)
    {
        for (var i = 0; i < batch.Entries.Count; i++)
            if (batch.Entries[i].Seq != batch.PrevSeq + 1 + i) return Mismatch("the entries do not follow the head");
        if (!_shards.TryGetValue(batch.Shard, out var stored) || stored.Head.Epoch != batch.Epoch) return (CommitResult.Fenced, "another epoch owns the shard");
        var head = stored.Head;
        if (head.Seq != batch.PrevSeq || head.AtMicros > batch.Head.AtMicros || head.BusinessDate > batch.Head.BusinessDate) return Mismatch("the shard stands elsewhere");
        if (batch.Head.Seq != batch.PrevSeq + batch.Entries.Count) return Mismatch("the head does not move by the number of entries");
        if (batch.Numbers.Any(row => _numbers.ContainsKey(row.Id)) || Twice(batch.Numbers, row => row.Id)) return (CommitResult.Taken, "number: exists");
        if (batch.Once.Any(row => _once.ContainsKey(row.Key.Value)) || Twice(batch.Once, row => row.Key.Value)) return (CommitResult.Taken, "once: exists");
        foreach (var entry in batch.Entries) if (entry.Amount < 0) return Mismatch("journal: negative amount");
        if (Differs(batch.Wallets, row => row.Id, _wallets, row => row.Version)) return Mismatch("wallet: not what the batch was decided on");
        if (batch.Wallets.Any(change => change.Row.Balance < 0 && change.Row.Class != WalletClass.Issuance)) return Mismatch("wallet: negative balance");
        if (Differs(batch.Buckets, row => row.Id, _buckets, row => row.Version)) return Mismatch("bucket: not what the batch was decided on");
        if (batch.Buckets.Any(change => change.Row.Balance < 0)) return Mismatch("bucket: negative balance");
        if (Differs(batch.Holds, row => row.Id, _holds, row => row.State == HoldState.Open ? 1 : 2)) return Mismatch("hold: not open");
        if (batch.Holds.Any(change => change.Row.Posted < 0 || change.Row.Posted > HeldBy(change))) return Mismatch("hold: more posted than held");
        if (Differs(batch.Refunds, row => row.Payment, _refunds, row => row.Refunded)) return Mismatch("refund: not what the batch was decided on");
        if (batch.Refunds.Any(change => change.Row.Refunded <= 0)) return Mismatch("refund: not positive");
        if (Differs(batch.Tokens, row => row.Id, _tokens, row => row.Version)) return Mismatch("token: not what the batch was decided on");
        return (CommitResult.Committed, null);
    }

    /// <summary>Writes a batch that <see cref="Check"/> let pass.</summary>
    public void Write(CommitBatch batch)
    {
        var stored = _shards[batch.Shard];
        _shards[batch.Shard] = stored with { Head = batch.Head with { Epoch = stored.Head.Epoch, Owner = stored.Head.Owner } };
        _journal.AddRange(batch.Entries);
        foreach (var row in batch.Numbers) _numbers.Add(row.Id, row);
        foreach (var row in batch.Once) _once.Add(row.Key.Value, row);
        foreach (var (row, expected) in batch.Wallets)
            _wallets[row.Id] = expected == 0 ? row : row with { Operator = _wallets[row.Id].Operator, District = _wallets[row.Id].District };
        foreach (var (row, _) in batch.Buckets) _buckets[row.Id] = row;
        foreach (var (row, expected) in batch.Holds)
            _holds[row.Id] = expected == 0 ? row : _holds[row.Id] with { Posted = row.Posted, State = row.State };
        foreach (var (row, _) in batch.Refunds) _refunds[row.Payment] = row;
        foreach (var (row, expected) in batch.Tokens)
            _tokens[row.Id] = expected == 0 ? row : _tokens[row.Id] with { DayUsed = row.DayUsed, Version = row.Version, UsedDay = row.UsedDay, Revoked = row.Revoked };
    }

    public LoadedRows Load(int shard, KeySet keys)
    {
        var rows = new LoadedRows();
        foreach (var key in keys.Wallets) if (_wallets.TryGetValue(key, out var row)) rows.Wallets.Add(row);
        foreach (var key in keys.Buckets) if (_buckets.TryGetValue(key, out var row)) rows.Buckets.Add(row);
        foreach (var key in keys.Numbers) if (_numbers.TryGetValue(key, out var row)) rows.Numbers.Add(row);
        foreach (var key in keys.Once) if (_once.TryGetValue(key.Value, out var row)) rows.Once.Add(row);
        foreach (var key in keys.Holds) if (_holds.TryGetValue(key, out var row)) rows.Holds.Add(row);
        foreach (var key in keys.Refunds) if (_refunds.TryGetValue(key, out var row)) rows.Refunds.Add(row);
        foreach (var key in keys.Tokens) if (_tokens.TryGetValue(key, out var row)) rows.Tokens.Add(row);
        var transfers = new List<NumberRow>();
        foreach (var key in keys.Transfers) if (_numbers.TryGetValue(key, out var row)) transfers.Add(row);
        foreach (var row in transfers.OrderBy(row => row.Seq))
            for (var seq = row.Seq; seq < row.Seq + row.Legs; seq++)
                if (Find(shard, seq) is { } entry) rows.Entries.Add(entry);
        return rows;
    }

    public IReadOnlyList<Entry> ReadJournal(int shard, long afterSeq, int limit) =>
        [.. _journal.Where(entry => entry.Shard == shard && entry.Seq > afterSeq).OrderBy(entry => entry.Seq).Take(limit)];

    public WalletSnapshot? ReadWallet(int shard, long wallet)
    {
        if (!_wallets.TryGetValue(wallet, out var row) || !_shards.TryGetValue(shard, out var stored)) return null;
        var held = _buckets.TryGetValue(BucketId.HeldOf(wallet), out var bucket) ? bucket.Balance : 0;
        var term = _buckets.GetValueOrDefault(BucketId.StateTermOf(wallet));
        return new WalletSnapshot
        {
            Wallet = wallet, Class = row.Class, State = row.State, Operator = row.Operator, District = row.District, Available = row.Balance, Held = held,
            Bound = [.. _buckets.Values.Where(b => b.Id.Wallet == wallet && b.Id.Number > BucketId.Held).OrderBy(b => b.Id.Number).Select(b => new Part(b.Id.Number, b.Balance))],
            Shard = shard, AsOfSeq = stored.Head.Seq, LastSeq = row.LastSeq, StateExpiresAtMicros = term.ExpiresAtMicros, StateAfter = (WalletState)term.ReturnTo,
        };
    }

    public IReadOnlyList<Entry> ReadWalletEntries(int shard, long wallet, long fromSeq, int limit)
    {
        var entries = new List<Entry>();
        var bucket = BucketId.AvailableOf(wallet);
        var seq = fromSeq > 0 ? fromSeq : _wallets.TryGetValue(wallet, out var row) ? row.LastSeq : 0;
        while (seq > 0 && entries.Count < limit && Find(shard, seq) is { } entry)
        {
            if (entries.Count == 0 && entry.Debit != bucket && entry.Credit != bucket) break;
            entries.Add(entry);
            seq = entry.Debit == bucket ? entry.DebitPrevSeq : entry.CreditPrevSeq;
        }
        return entries;
    }

    public IReadOnlyList<TransferId> DueHolds(long atMicros, int limit) =>
        [.. _holds.Values.Where(hold => hold.State == HoldState.Open && hold.ExpiresAtMicros > 0 && hold.ExpiresAtMicros <= atMicros)
            .OrderBy(hold => hold.ExpiresAtMicros).Take(limit).Select(hold => hold.Id)];

    private Entry? Find(int shard, long seq)
    {
        // One shard without gaps is the rule; anything else is searched for.
        if (seq >= 1 && seq <= _journal.Count && _journal[(int)seq - 1] is { } entry && entry.Seq == seq && entry.Shard == shard) return entry;
        return _journal.Find(candidate => candidate.Shard == shard && candidate.Seq == seq);
    }

    private long HeldBy(Change<HoldRow> change) => change.ExpectedVersion == 0 ? change.Row.Amount : _holds[change.Row.Id].Amount;

    private static (CommitResult, string?) Mismatch(string detail) => (CommitResult.Mismatch, detail);

    private static bool Twice<TRow, TKey>(List<TRow> rows, Func<TRow, TKey> keyOf) => rows.Count != rows.Select(keyOf).Distinct().Count();

    private static bool Differs<TKey, TRow>(List<Change<TRow>> changes, Func<TRow, TKey> keyOf, Dictionary<TKey, TRow> stored, Func<TRow, long> versionOf) where TKey : notnull
    {
        if (changes.Count == 0) return false;
        var seen = new HashSet<TKey>();
        foreach (var (row, expected) in changes)
        {
            var key = keyOf(row);
            if (!seen.Add(key)) return true;
            if ((stored.TryGetValue(key, out var present) ? versionOf(present) : 0) != expected) return true;
        }
        return false;
    }
}

/// <summary>A shard's row: the head and when its owner took it.</summary>
public sealed record StoredShard(ShardHead Head, long ActivatedMicros);
