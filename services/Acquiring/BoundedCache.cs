using System.Collections.Concurrent;

namespace Ecny.Acquiring;

/// <summary>
/// Rows of the database kept in memory, at most <paramref name="capacity"/> of them. When full it starts afresh: a cache of this kind is
/// sized to hold everything in use, and a full one costs one read for each row that is asked for again.
/// </summary>
public sealed class BoundedCache<TKey, TValue>(int capacity) where TKey : notnull where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> entries = new();
    private int count;
    private long generation;

    /// <summary>Take this before reading the database; see <see cref="Put"/>.</summary>
    public long Generation => Volatile.Read(ref generation);

    public TValue? Get(TKey key) => entries.GetValueOrDefault(key);

    /// <summary>Keeps a row that was read, unless something was evicted since <paramref name="readAt"/>: then the row read may be the old one.</summary>
    public void Put(TKey key, TValue value, long readAt)
    {
        if (Volatile.Read(ref generation) != readAt) return;
        if (Volatile.Read(ref count) >= capacity) Clear();
        if (entries.TryAdd(key, value)) Interlocked.Increment(ref count);
        // An eviction between the check and the add would have missed this row.
        if (Volatile.Read(ref generation) != readAt) Evict(key);
    }

    public void Evict(TKey key)
    {
        Interlocked.Increment(ref generation);
        if (entries.TryRemove(key, out _)) Interlocked.Decrement(ref count);
    }

    public void Clear()
    {
        Interlocked.Increment(ref generation);
        entries.Clear();
        Volatile.Write(ref count, 0);
    }
}
