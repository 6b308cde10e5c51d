namespace Ecny.Ledger.Receipts;

/// <summary>
/// Where hashes are stored: rows of 256. Tile (0, i) holds leaves 256·i …, tile (t, i) the roots of the tiles 256·i … of level t − 1.
/// The nodes between are computed when asked for. A tile only ever grows at its end.
/// </summary>
public readonly record struct TileId(short Level, long Index);

/// <summary>A tile's hashes so far, 32 bytes each.</summary>
public readonly record struct LogTile(TileId Id, byte[] Hashes);

/// <summary>Arithmetic of tiles.</summary>
public static class Tiles
{
    public const int Height = 8;
    public const int Width = 1 << Height;
    public const int Bytes = Width * Sm3.Size;

    /// <summary>The tile with which a node of the tree is computed, the place of its first hash in it, and how many hashes (a power of two).</summary>
    public static (TileId Tile, int Offset, int Count) Of(int level, long index)
    {
        var first = index << (level % Height);
        return (new TileId((short)(level / Height), first >> Height), (int)(first & (Width - 1)), 1 << (level % Height));
    }

    /// <summary>How many hashes level <paramref name="level"/> holds in a log of <paramref name="size"/> entries.</summary>
    public static long Count(int level, long size) => level * Height >= 63 ? 0 : size >> (level * Height);

    /// <summary>Root of a complete subtree of <paramref name="count"/> (a power of two) hashes.</summary>
    public static void Fold(ReadOnlySpan<byte> hashes, int count, Span<byte> root)
    {
        if (count == 1)
        {
            hashes[..Sm3.Size].CopyTo(root);
            return;
        }
        Span<byte> work = stackalloc byte[count / 2 * Sm3.Size];
        var lanes = new Sm3Lanes(MerkleTree.NodeSize);
        MerkleTree.Nodes(hashes, work, lanes);
        for (count /= 2; count > 1; count /= 2) MerkleTree.Nodes(work, work[..(count / 2 * Sm3.Size)], lanes);
        work[..Sm3.Size].CopyTo(root);
    }
}

/// <summary>Nodes computed from tiles at hand.</summary>
public sealed class TileNodes(IReadOnlyDictionary<TileId, byte[]> tiles) : IMerkleNodes
{
    public void Read(int level, long index, Span<byte> hash)
    {
        var (tile, offset, count) = Tiles.Of(level, index);
        if (!tiles.TryGetValue(tile, out var hashes) || hashes.Length < (offset + count) * Sm3.Size)
            throw new InvalidDataException($"The receipt log has no tile {tile.Index} of level {tile.Level} with {offset + count} hashes.");
        Tiles.Fold(hashes.AsSpan(offset * Sm3.Size), count, hash);
    }
}

/// <summary>Finds out which tiles a proof needs, so that one query can fetch them.</summary>
public sealed class NeededTiles : IMerkleNodes
{
    private readonly HashSet<TileId> _tiles = [];

    public IReadOnlyCollection<TileId> Found => _tiles;

    public void Read(int level, long index, Span<byte> hash) => _tiles.Add(Tiles.Of(level, index).Tile);
}
