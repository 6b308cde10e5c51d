using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Tests.Core;

/// <summary>The plainest tables that can stand behind the core: what a committed batch says is what is loaded.</summary>
internal sealed class MemoryTables
{
    public Dictionary<long, WalletRow> Wallets { get; } = [];
    public Dictionary<BucketId, BucketRow> Buckets { get; } = [];
    public Dictionary<TransferId, NumberRow> Numbers { get; } = [];
    public Dictionary<OnceKey, OnceRow> Once { get; } = [];
    public Dictionary<TransferId, HoldRow> Holds { get; } = [];
    public Dictionary<TransferId, RefundRow> Refunds { get; } = [];
    public Dictionary<Guid, TokenRow> Tokens { get; } = [];
    public List<Entry> Journal { get; } = [];

    public void Apply(CommitBatch batch)
    {
        Assert.Equal(Journal.Count, batch.PrevSeq);
        Journal.AddRange(batch.Entries);
        Assert.Equal(Journal.Count, batch.Head.Seq);
        foreach (var row in batch.Numbers) Assert.True(Numbers.TryAdd(row.Id, row), "a number was written twice");
        foreach (var row in batch.Once) Assert.True(Once.TryAdd(row.Key, row), "a once-key was claimed twice");
        foreach (var change in batch.Wallets) Put(Wallets, change.Row.Id, change, row => row.Version);
        foreach (var change in batch.Buckets) Put(Buckets, change.Row.Id, change, row => row.Version);
        foreach (var change in batch.Holds) Put(Holds, change.Row.Id, change, row => row.State == HoldState.Open ? 1 : -1);
        foreach (var change in batch.Refunds) Put(Refunds, change.Row.Payment, change, row => row.Refunded);
        foreach (var change in batch.Tokens) Put(Tokens, change.Row.Id, change, row => row.Version);
    }

    public LoadedRows Load(KeySet keys)
    {
        var rows = new LoadedRows();
        Take(Wallets, keys.Wallets, rows.Wallets);
        Take(Buckets, keys.Buckets, rows.Buckets);
        Take(Numbers, keys.Numbers, rows.Numbers);
        Take(Once, keys.Once, rows.Once);
        Take(Holds, keys.Holds, rows.Holds);
        Take(Refunds, keys.Refunds, rows.Refunds);
        Take(Tokens, keys.Tokens, rows.Tokens);
        foreach (var transfer in keys.Transfers)
            if (Numbers.TryGetValue(transfer, out var number)) rows.Entries.AddRange(Journal.GetRange((int)number.Seq - 1, number.Legs));
        return rows;
    }

    private static void Put<TKey, TRow>(Dictionary<TKey, TRow> table, TKey key, Change<TRow> change, Func<TRow, long> version) where TKey : notnull
    {
        var held = table.TryGetValue(key, out var row) ? version(row) : 0;
        Assert.Equal(change.ExpectedVersion, held);
        table[key] = change.Row;
    }

    private static void Take<TKey, TRow>(Dictionary<TKey, TRow> table, HashSet<TKey> keys, List<TRow> into) where TKey : notnull
    {
        foreach (var key in keys) if (table.TryGetValue(key, out var row)) into.Add(row);
    }
}
