using Ecny.Ledger.Receipts;
using Xunit;

namespace Ecny.Ledger.Tests.Receipts;

/// <summary>The tiled log against the definitions of RFC 6962 §2.1, written down as they stand there.</summary>
public sealed class MerkleTreeTests
{
    private const int Max = 600;
    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, Max).Select(i => Sm3.Hash(BitConverter.GetBytes(i)))];

    [Fact]
    public void roots_of_all_sizes_are_those_of_the_definition()
    {
        var frontier = new LogFrontier();
        for (var size = 0; size <= Max; size++)
        {
            Assert.Equal(Definition(0, size), frontier.Root());
            if (size < Max) frontier.Append(Leaves[size]);
        }
    }

    [Fact]
    public void every_leaf_of_every_size_is_proven_and_with_the_path_of_the_definition()
    {
        var nodes = Stored(Max);
        for (var size = 1; size <= Max; size += size < 70 || size is > 250 and < 262 or > 508 and < 518 ? 1 : 13)
        {
            var root = Definition(0, size);
            for (var index = 0; index < size; index++)
            {
                var path = MerkleTree.InclusionPath(nodes, index, size);
                if (size < 70) Assert.Equal(DefinedPath(index, 0, size), path);
                Assert.True(MerkleTree.VerifyInclusion(Leaves[index], index, size, path, root), $"leaf {index} of {size}");
            }
        }
    }

    [Fact]
    public void every_size_is_proven_to_be_the_beginning_of_every_later_one()
    {
        var nodes = Stored(Max);
        var roots = Enumerable.Range(0, Max + 1).Select(size => Definition(0, size)).ToArray();
        for (var second = 0; second <= Max; second += second < 70 || second is > 250 and < 262 ? 1 : 17)
        {
            for (var first = 0; first <= second; first++)
            {
                var path = MerkleTree.ConsistencyPath(nodes, first, second);
                if (second < 70 && first > 0 && first < second) Assert.Equal(DefinedProof(first, 0, second, true), path);
                Assert.True(MerkleTree.VerifyConsistency(first, second, roots[first], roots[second], path), $"{first} in {second}");
            }
        }
    }

    [Fact]
    public void a_changed_proof_of_inclusion_fails()
    {
        var nodes = Stored(Max);
        foreach (var size in (int[])[1, 2, 3, 7, 64, 255, 256, 257, 600])
        {
            var root = Definition(0, size);
            for (var index = 0; index < size; index += 1 + size / 20)
            {
                var path = MerkleTree.InclusionPath(nodes, index, size);
                Assert.False(MerkleTree.VerifyInclusion(Leaves[(index + 1) % Max], index, size, path, root));
                Assert.False(MerkleTree.VerifyInclusion(Leaves[index], index, size, path, Flipped(root)));
                Assert.False(MerkleTree.VerifyInclusion(Leaves[index], size, size, path, root));
                Assert.False(MerkleTree.VerifyInclusion(Leaves[index], -1, size, path, root));
                Assert.False(MerkleTree.VerifyInclusion(Leaves[index], index, size, [.. path, root], root));
                if (size > 1) Assert.False(MerkleTree.VerifyInclusion(Leaves[index], index == 0 ? 1 : index - 1, size, path, root));
                for (var i = 0; i < path.Count; i++)
                    Assert.False(MerkleTree.VerifyInclusion(Leaves[index], index, size, [.. path[..i], Flipped(path[i]), .. path[(i + 1)..]], root));
                if (path.Count > 0) Assert.False(MerkleTree.VerifyInclusion(Leaves[index], index, size, path[..^1], root));
            }
        }
    }

    [Fact]
    public void a_rewritten_history_has_no_proof_of_consistency()
    {
        var nodes = Stored(Max);
        for (var first = 1; first < 300; first += 7)
        {
            var path = MerkleTree.ConsistencyPath(nodes, first, 300);
            var (one, two) = (Definition(0, first), Definition(0, 300));
            Assert.False(MerkleTree.VerifyConsistency(first, 300, Flipped(one), two, path));
            Assert.False(MerkleTree.VerifyConsistency(first, 300, one, Flipped(two), path));
            Assert.False(MerkleTree.VerifyConsistency(300, first, two, one, path));
            for (var i = 0; i < path.Count; i++)
                Assert.False(MerkleTree.VerifyConsistency(first, 300, one, two, [.. path[..i], Flipped(path[i]), .. path[(i + 1)..]]));
            Assert.False(MerkleTree.VerifyConsistency(first, 300, one, two, path[..^1]));
        }
    }

    [Fact]
    public void a_log_resumed_from_its_stored_edge_goes_on_as_if_never_stopped()
    {
        var tiles = new Dictionary<TileId, byte[]>();
        var running = new LogFrontier();
        var random = new Random(6962);
        var size = 0;
        foreach (var _ in Enumerable.Range(0, 40))
        {
            var resumed = LogFrontier.Resume(size, tiles);
            Assert.Equal(running.Root(), resumed.Root());
            for (var n = random.Next(0, 4000); n > 0; n--, size++)
            {
                running.Append(Leaves[size % Max]);
                resumed.Append(Leaves[size % Max]);
            }
            foreach (var tile in resumed.TakeChanged()) tiles[tile.Id] = tile.Hashes;
        }
        Assert.True(size > Tiles.Width * Tiles.Width + Tiles.Width, $"only {size} leaves: three levels are to be seen");
        Assert.Equal(running.Root(), MerkleTree.Root(new TileNodes(tiles), size));
        var root = running.Root();
        for (var i = 0; i < 40; i++)
        {
            var index = random.Next(size);
            Assert.True(MerkleTree.VerifyInclusion(Leaves[index % Max], index, size, MerkleTree.InclusionPath(new TileNodes(tiles), index, size), root));
        }
    }

    [Fact]
    public void a_log_whose_tiles_do_not_fit_its_size_is_not_resumed()
    {
        var frontier = new LogFrontier();
        for (var i = 0; i < 300; i++) frontier.Append(Leaves[i]);
        var tiles = frontier.TakeChanged().ToDictionary(t => t.Id, t => t.Hashes);
        Assert.Throws<InvalidDataException>(() => LogFrontier.Resume(301, tiles));
        Assert.Throws<InvalidDataException>(() => LogFrontier.Resume(299, tiles));
        Assert.Throws<InvalidDataException>(() => LogFrontier.Resume(70_000, tiles));
    }

    private static Remembered Stored(int size)
    {
        var frontier = new LogFrontier();
        for (var i = 0; i < size; i++) frontier.Append(Leaves[i]);
        return new Remembered(new TileNodes(frontier.TakeChanged().ToDictionary(t => t.Id, t => t.Hashes)));
    }

    /// <summary>Thousands of proofs ask for the same nodes.</summary>
    private sealed class Remembered(IMerkleNodes nodes) : IMerkleNodes
    {
        private readonly Dictionary<(int, long), byte[]> _known = [];

        public void Read(int level, long index, Span<byte> hash)
        {
            if (!_known.TryGetValue((level, index), out var found))
            {
                found = new byte[Sm3.Size];
                nodes.Read(level, index, found);
                _known.Add((level, index), found);
            }
            found.CopyTo(hash);
        }
    }

    private static readonly Dictionary<(int, int), byte[]> Known = [];

    private static byte[] Definition(int from, int to)
    {
        lock (Known)
        {
            if (to == from) return Sm3.Hash([]);
            if (to - from == 1) return Leaves[from];
            if (Known.TryGetValue((from, to), out var known)) return known;
            var middle = from + Split(to - from);
            return Known[(from, to)] = Sm3.Hash([1, .. Definition(from, middle), .. Definition(middle, to)]);
        }
    }

    private static List<byte[]> DefinedPath(int m, int from, int to)
    {
        if (to - from == 1) return [];
        var k = Split(to - from);
        return m < k
            ? [.. DefinedPath(m, from, from + k), Definition(from + k, to)]
            : [.. DefinedPath(m - k, from + k, to), Definition(from, from + k)];
    }

    private static List<byte[]> DefinedProof(int m, int from, int to, bool whole)
    {
        if (m == to - from) return whole ? [] : [Definition(from, to)];
        var k = Split(to - from);
        return m <= k
            ? [.. DefinedProof(m, from, from + k, whole), Definition(from + k, to)]
            : [.. DefinedProof(m - k, from + k, to, false), Definition(from, from + k)];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n) k *= 2;
        return k;
    }

    private static byte[] Flipped(byte[] hash)
    {
        var copy = hash.ToArray();
        copy[17] ^= 4;
        return copy;
    }
}
