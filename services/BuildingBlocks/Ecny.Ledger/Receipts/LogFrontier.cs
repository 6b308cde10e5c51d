namespace Ecny.Ledger.Receipts;

/// <summary>
/// The right edge of the log: of every level the tile that is not full yet. All that is needed to append and to compute the root, about 8 KiB a level.
/// </summary>
public sealed class LogFrontier : IMerkleNodes
{
    private readonly List<Level> _levels = [];
    private readonly List<LogTile> _full = [];

    /// <summary>Entries in the log.</summary>
    public long Size { get; private set; }

    public byte[] Root() => MerkleTree.Root(this, Size);

    /// <summary>Goes on from stored tiles: the last, partial one of each level; throws when they are not those of a log of that size.</summary>
    public static LogFrontier Resume(long size, IReadOnlyDictionary<TileId, byte[]> tiles)
    {
        var frontier = new LogFrontier { Size = size };
        foreach (var id in Edge(size))
        {
            var count = (int)(Tiles.Count(id.Level, size) % Tiles.Width);
            while (frontier._levels.Count <= id.Level) frontier._levels.Add(new Level { Tile = Tiles.Count(frontier._levels.Count, size) / Tiles.Width });
            if (count == 0) continue;
            if (!tiles.TryGetValue(id, out var hashes) || hashes.Length != count * Sm3.Size)
                throw new InvalidDataException($"The receipt log says it has {size} entries, but tile {id.Index} of level {id.Level} does not hold {count} hashes.");
            var level = frontier._levels[id.Level];
            hashes.CopyTo(level.Hashes, 0);
            level.Count = count;
        }
        return frontier;
    }

    /// <summary>The last tile of every level of a log of that size.</summary>
    public static IEnumerable<TileId> Edge(long size)
    {
        for (short level = 0; Tiles.Count(level, size) > 0; level++) yield return new TileId(level, Tiles.Count(level, size) / Tiles.Width);
    }

    public void Append(ReadOnlySpan<byte> leaf)
    {
        Append(0, leaf);
        Size++;
    }

    /// <summary>Tiles that changed since the last call: full ones, and the partial ones at the edge.</summary>
    public List<LogTile> TakeChanged()
    {
        var changed = new List<LogTile>(_full);
        _full.Clear();
        for (short i = 0; i < _levels.Count; i++)
        {
            var level = _levels[i];
            if (level.Changed && level.Count > 0) changed.Add(new LogTile(new TileId(i, level.Tile), level.Hashes.AsSpan(0, level.Count * Sm3.Size).ToArray()));
            level.Changed = false;
        }
        return changed;
    }

    public void Read(int level, long index, Span<byte> hash)
    {
        var (tile, offset, count) = Tiles.Of(level, index);
        var edge = _levels[tile.Level];
        if (edge.Tile != tile.Index || edge.Count < offset + count) throw new InvalidOperationException("Only the right edge of the log is in memory.");
        Tiles.Fold(edge.Hashes.AsSpan(offset * Sm3.Size), count, hash);
    }

    private void Append(short at, ReadOnlySpan<byte> hash)
    {
        if (_levels.Count == at) _levels.Add(new Level());
        var level = _levels[at];
        hash.CopyTo(level.Hashes.AsSpan(level.Count * Sm3.Size));
        level.Changed = true;
        if (++level.Count < Tiles.Width) return;

        _full.Add(new LogTile(new TileId(at, level.Tile), level.Hashes.ToArray()));
        Span<byte> root = stackalloc byte[Sm3.Size];
        Tiles.Fold(level.Hashes, Tiles.Width, root);
        level.Tile++;
        level.Count = 0;
        level.Changed = false;
        Append((short)(at + 1), root);
    }

    private sealed class Level
    {
        public readonly byte[] Hashes = new byte[Tiles.Bytes];
        public long Tile;
        public int Count;
        public bool Changed;
    }
}
