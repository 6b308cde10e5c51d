namespace Ecny.Ledger.Core;

/// <summary>
/// Committed rows that only a repetition asks for again, in two generations: plain values, so that a million of them are no work for the garbage
/// collector. What is not in here any more is found in the database.
/// </summary>
internal sealed class RecentRows<TKey, TRow>(int generationSize) where TKey : notnull where TRow : struct
{
    private Dictionary<TKey, TRow> _young = [];
    private Dictionary<TKey, TRow> _old = [];

    public bool TryFind(TKey key, out TRow row) => _young.TryGetValue(key, out row) || _old.TryGetValue(key, out row);

    public void Add(TKey key, TRow row)
    {
        if (_young.Count >= generationSize)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }
        _young[key] = row;
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
