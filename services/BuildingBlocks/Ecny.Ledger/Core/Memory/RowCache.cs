namespace Ecny.Ledger.Core;

/// <summary>A cached row, or the knowledge that there is none (<see cref="Present"/> false).</summary>
internal class CachedRow<TRow>
{
    public TRow Row = default!;
    public bool Present;
    /// <summary>Number of the last batch that touched it; pinned until that batch is committed.</summary>
    public long LastBatch;
}

/// <summary>
/// Rows other than wallets, by key, in two generations: what was not asked for during a whole generation goes.
/// A row touched by a batch that is not committed stays.
/// </summary>
internal sealed class RowCache<TKey, TCached>(int generationSize) where TKey : notnull where TCached : class
{
    private Dictionary<TKey, TCached> _young = [];
    private Dictionary<TKey, TCached> _old = [];

    public TCached? Find(TKey key)
    {
        if (_young.TryGetValue(key, out var row)) return row;
        if (!_old.Remove(key, out row)) return null;
        _young.Add(key, row);
        return row;
    }

    public void Add(TKey key, TCached row) => _young.Add(key, row);

    public void Remove(TKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }

    public void Trim(Func<TCached, bool> pinned)
    {
        if (_young.Count < generationSize) return;
        var dropped = _old;
        _old = _young;
        _young = [];
        foreach (var (key, row) in dropped) if (pinned(row)) _young.Add(key, row);
    }
}
