using System.Globalization;
using NpgsqlTypes;

namespace Ecny.Ledger.Postgres;

/// <summary>
/// Where rows lie that every payment changes, so that a commit need not look for them in an index (about a quarter of the server's work). Only a hint: the
/// commit checks key and version, and where they do not fit it is asked again without hints. Safe for the writer and the loader at once.
/// </summary>
internal sealed class RowPlaces(int remembered)
{
    public PlaceTable<long> Wallets { get; } = new(remembered);
    public PlaceTable<Guid> Tokens { get; } = new(remembered);

    public void Forget()
    {
        Wallets.Forget();
        Tokens.Forget();
    }
}

/// <summary>A table of fixed size: a key's newcomer takes the place of whoever had it.</summary>
internal sealed class PlaceTable<TKey>(int size) where TKey : struct, IEquatable<TKey>
{
    /// <summary>A version in so many goes through the index, which clears the page of dead versions: a page has room for about 18.</summary>
    private const int ThroughIndex = 4;

    private readonly Lock gate = new();
    private readonly (TKey Key, NpgsqlTid Place)[] places = new (TKey, NpgsqlTid)[size];

    /// <summary>Where the row with this stored version lies; null when that is not known, or when the index is to be used.</summary>
    public NpgsqlTid? Hint(TKey key, long version)
    {
        if (version % ThroughIndex == 0) return null;
        lock (gate)
        {
            ref var known = ref At(key);
            return known.Key.Equals(key) ? known.Place : null;
        }
    }

    /// <param name="where">Each as PostgreSQL writes it: (block,line).</param>
    public void Remember(ReadOnlySpan<TKey> keys, ReadOnlySpan<string> where)
    {
        lock (gate)
            for (var i = 0; i < keys.Length; i++)
                At(keys[i]) = (keys[i], Parse(where[i]));
    }

    public void Remember(TKey key, NpgsqlTid place)
    {
        lock (gate) At(key) = (key, place);
    }

    public void Forget()
    {
        lock (gate) Array.Clear(places);
    }

    private static NpgsqlTid Parse(ReadOnlySpan<char> text)
    {
        var comma = text.IndexOf(',');
        return new NpgsqlTid(uint.Parse(text[1..comma], CultureInfo.InvariantCulture), ushort.Parse(text[(comma + 1)..^1], CultureInfo.InvariantCulture));
    }

    private ref (TKey Key, NpgsqlTid Place) At(TKey key) => ref places[(((ulong)(uint)key.GetHashCode() * 0x9E3779B97F4A7C15) >> 32) % (ulong)places.Length];
}
