using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Core;

/// <summary>Loading rows into memory, and touching them: a row's version before the batch is noted at the first touch.</summary>
public sealed partial class LedgerState
{
    private static readonly object Absent = new();

    /// <summary>Takes in what the database holds of the keys asked for. A row in memory is never overwritten; a key without a row is known to be absent.</summary>
    public void Absorb(KeySet asked, LoadedRows rows)
    {
        foreach (var loaded in rows.Wallets)
        {
            if (Wallets.Contains(loaded.Id)) continue;
            Wallets.Add(loaded with { Operator = Pool(loaded.Operator), District = Pool(loaded.District) });
        }
        foreach (var wallet in asked.Wallets)
            if (!Wallets.Contains(wallet) && AbsentWallets.Find(wallet) is null) AbsentWallets.Add(wallet, Absent);

        Take(Buckets, asked.Buckets, rows.Buckets, row => row.Id, key => new BucketRow { Id = key });
        foreach (var row in rows.Once)
            if (OnceOf(row.Key) is null) Once.Add(row.Key, new CachedRow<OnceRow> { Row = row, Present = true });
        foreach (var key in asked.Once)
            if (OnceOf(key) is null) Once.Add(key, new CachedRow<OnceRow> { Row = new OnceRow { Key = key } });
        Take(Holds, asked.Holds, rows.Holds, row => row.Id, key => new HoldRow { Id = key });
        Take(Refunds, asked.Refunds, rows.Refunds, row => row.Payment, key => new RefundRow { Payment = key });
        Take(Tokens, asked.Tokens, rows.Tokens, row => row.Id, key => new TokenRow { Id = key });

        foreach (var row in rows.Numbers)
            if (Number(row.Id) is null) Numbers.Add(row.Id, new NumberRecord { Row = row, Present = true });
        foreach (var number in asked.Numbers)
            if (Number(number) is null) Numbers.Add(number, new NumberRecord { Row = new NumberRow { Id = number } });

        for (var first = 0; first < rows.Entries.Count;)
        {
            var transfer = rows.Entries[first].Transfer;
            var last = first;
            while (last < rows.Entries.Count && rows.Entries[last].Transfer == transfer) last++;
            if (Number(transfer) is { Present: true, Entries: null } record) record.Entries = [.. rows.Entries[first..last]];
            first = last;
        }
    }

    /// <summary>What memory knows of an attempt; null: nothing.</summary>
    internal NumberRecord? Number(TransferId id)
    {
        if (Numbers.Find(id) is { } known) return known;
        if (!_recentNumbers.TryFind(id, out var row)) return null;
        var record = new NumberRecord { Row = row, Present = true };
        Numbers.Add(id, record);
        return record;
    }

    /// <summary>The record to write an attempt into; taken for new when memory does not know it.</summary>
    internal NumberRecord NumberOrNew(TransferId id)
    {
        if (Number(id) is { } known) return known;
        _touched.Assumes = true;
        var assumed = new NumberRecord { Row = new NumberRow { Id = id } };
        Numbers.Add(id, assumed);
        return assumed;
    }

    /// <summary>What memory knows of a once-key; null: nothing.</summary>
    internal CachedRow<OnceRow>? OnceOf(OnceKey key)
    {
        if (Once.Find(key) is { } known) return known;
        if (!_recentOnce.TryFind(key, out var row)) return null;
        var cached = new CachedRow<OnceRow> { Row = row, Present = true };
        Once.Add(key, cached);
        return cached;
    }

    /// <summary>The row to write a claim into; taken for free when memory does not know it.</summary>
    internal CachedRow<OnceRow> OnceOrNew(OnceKey key)
    {
        if (OnceOf(key) is { } known) return known;
        _touched.Assumes = true;
        var assumed = new CachedRow<OnceRow> { Row = new OnceRow { Key = key } };
        Once.Add(key, assumed);
        return assumed;
    }

    /// <summary>What a batch wrote for ever is kept as plain rows from its commit on: objects that live for seconds are the dear ones.</summary>
    private void Retire(Touched touched)
    {
        foreach (var id in touched.Numbers)
        {
            if (Numbers.Find(id) is not { Present: true } record || IsPinned(record)) continue;
            Numbers.Remove(id);
            _recentNumbers.Add(id, record.Row);
        }
        foreach (var claim in touched.Once)
        {
            if (!claim.Present || IsPinned(claim)) continue;
            Once.Remove(claim.Row.Key);
            _recentOnce.Add(claim.Row.Key, claim.Row);
        }
    }

    internal ref WalletRow Touch(int slot)
    {
        ref var row = ref Wallets.Row(slot);
        ref var lastBatch = ref Wallets.LastBatch(slot);
        if (lastBatch != _batch)
        {
            lastBatch = _batch;
            _touched.Wallets.Add((row.Id, row.Version));
        }
        if (_undo is not null) SaveWallet(slot);
        return ref row;
    }

    internal void AddWallet(in WalletRow row)
    {
        AbsentWallets.Remove(row.Id);
        if (_undo is not null) SaveAbsence(row.Id);
        Touch(Wallets.Add(row with { Operator = Pool(row.Operator), District = Pool(row.District) }));
    }

    internal void Touch(CachedRow<BucketRow> row)
    {
        if (FirstTouch(row)) _touched.Buckets.Add((row, row.Row.Version));
        Save(row);
    }

    internal void Touch(CachedRow<OnceRow> row)
    {
        if (FirstTouch(row)) _touched.Once.Add(row);
        Save(row);
    }

    internal void Touch(CachedRow<HoldRow> row)
    {
        if (FirstTouch(row)) _touched.Holds.Add((row, row.Present ? 1 : 0));
        Save(row);
    }

    internal void Touch(CachedRow<RefundRow> row)
    {
        if (FirstTouch(row)) _touched.Refunds.Add((row, row.Row.Refunded));
        Save(row);
    }

    internal void Touch(CachedRow<TokenRow> row)
    {
        if (FirstTouch(row)) _touched.Tokens.Add((row, row.Row.Version));
        Save(row);
    }

    internal void Touch(NumberRecord row)
    {
        if (FirstTouch(row)) _touched.Numbers.Add(row.Row.Id);
        Save(row);
    }

    private bool FirstTouch<TRow>(CachedRow<TRow> row)
    {
        if (row.LastBatch == _batch) return false;
        row.LastBatch = _batch;
        return true;
    }

    private static void Take<TKey, TRow>(RowCache<TKey, CachedRow<TRow>> cache, HashSet<TKey> asked, List<TRow> rows, Func<TRow, TKey> keyOf, Func<TKey, TRow> absent)
        where TKey : notnull
    {
        if (asked.Count == 0) return;
        foreach (var row in rows)
        {
            var key = keyOf(row);
            if (cache.Find(key) is null) cache.Add(key, new CachedRow<TRow> { Row = row, Present = true });
        }
        foreach (var key in asked)
            if (cache.Find(key) is null) cache.Add(key, new CachedRow<TRow> { Row = absent(key) });
    }

    /// <summary>Operators and districts are few: one string each.</summary>
    private string Pool(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (_pool.TryGetValue(text, out var pooled)) return pooled;
        _pool.Add(text, text);
        return text;
    }
}
