using Ecny.Risk.Engine.Snapshots;

namespace Ecny.Risk.Engine.State;

/// <summary>
/// Which wallets know each other. Two generations: a pair that is met moves to the young one, the old one is dropped as a whole when a period
/// ends or the young one is full, so memory is bounded and forgetting costs nothing.
/// </summary>
public sealed class PairTable(long memory, int maxPairs)
{
    private Dictionary<(long, long), Pair> _young = [], _old = [];
    private long _turn = long.MinValue;

    public int Count => _young.Count + _old.Count;

    /// <summary>Notes a payment; true when it is the first between the two, in either direction.</summary>
    internal bool Meet(long a, long b, long at, long repeatWithin)
    {
        if (_young.Count >= maxPairs / 2) Turn();
        var key = Key(a, b);
        if (_young.TryGetValue(key, out var pair) || _old.Remove(key, out pair))
        {
            if (at < pair.First + repeatWithin) pair = pair with { IsRepeated = true };
            _young[key] = pair;
            return false;
        }
        _young.Add(key, new Pair(at, false));
        return true;
    }

    /// <summary>True when the first payment of the pair stayed the only one for the time given to <see cref="Meet"/>.</summary>
    internal bool StayedSingle(long a, long b)
    {
        var key = Key(a, b);
        return (_young.TryGetValue(key, out var pair) || _old.TryGetValue(key, out pair)) && !pair.IsRepeated;
    }

    internal void Advance(long watermark)
    {
        if (_turn == long.MinValue) _turn = watermark + memory;
        if (watermark < _turn) return;
        Turn();
        _turn = watermark + memory;
    }

    internal void Save(StateWriter writer)
    {
        writer.Long(_turn);
        foreach (var generation in (Dictionary<(long, long), Pair>[])[_young, _old])
            writer.List(generation, pair =>
            {
                writer.Long(pair.Key.Item1);
                writer.Long(pair.Key.Item2);
                writer.Long(pair.Value.First);
                writer.Bool(pair.Value.IsRepeated);
            });
    }

    internal void Load(StateReader reader)
    {
        _turn = reader.Long();
        foreach (var generation in (Dictionary<(long, long), Pair>[])[_young, _old])
            reader.Each(() => generation.Add((reader.Long(), reader.Long()), new Pair(reader.Long(), reader.Bool())));
    }

    private void Turn() => (_young, _old) = ([], _young);

    private static (long, long) Key(long a, long b) => a < b ? (a, b) : (b, a);

    private readonly record struct Pair(long First, bool IsRepeated);
}
