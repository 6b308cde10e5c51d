using System.Numerics;

namespace Ecny.Ledger.Receipts;

/// <summary>Hashes of complete subtrees: the one of 2^level leaves that starts at leaf index · 2^level.</summary>
public interface IMerkleNodes
{
    void Read(int level, long index, Span<byte> hash);
}

/// <summary>
/// The tree of RFC 6962 §2.1 with SM3 in place of SHA-256. Everything that proves something is here; where hashes are stored is the business of
/// <see cref="IMerkleNodes"/>.
/// </summary>
public static class MerkleTree
{
    /// <summary>Bytes hashed for a node: 0x01 ‖ left ‖ right.</summary>
    internal const int NodeSize = 1 + 2 * Sm3.Size;

    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[NodeSize];
        bytes[0] = 1;
        left[..Sm3.Size].CopyTo(bytes[1..]);
        right[..Sm3.Size].CopyTo(bytes[(1 + Sm3.Size)..]);
        Sm3.Hash(bytes, hash);
    }

    /// <summary>A row of parents from the row of their children, twice as many; they may begin at the same place in memory.</summary>
    internal static void Nodes(ReadOnlySpan<byte> children, Span<byte> parents, Sm3Lanes lanes)
    {
        while (parents.Length > 0)
        {
            var count = Math.Min(Sm3Lanes.Count, parents.Length / Sm3.Size);
            for (var lane = 0; lane < count; lane++)
            {
                var message = lanes.Message(lane);
                message[0] = 1;
                children.Slice(lane * 2 * Sm3.Size, 2 * Sm3.Size).CopyTo(message[1..]);
            }
            lanes.Hash(count);
            for (var lane = 0; lane < count; lane++) lanes.HashOf(lane).CopyTo(parents[(lane * Sm3.Size)..]);
            children = children[(count * 2 * Sm3.Size)..];
            parents = parents[(count * Sm3.Size)..];
        }
    }

    /// <summary>Root of the first <paramref name="size"/> leaves; of none: the hash of nothing.</summary>
    public static byte[] Root(IMerkleNodes nodes, long size)
    {
        if (size == 0) return Sm3.Hash([]);
        var root = new byte[Sm3.Size];
        Range(nodes, 0, size, root);
        return root;
    }

    /// <summary>PATH(index, D[size]): the siblings from the leaf up.</summary>
    public static List<byte[]> InclusionPath(IMerkleNodes nodes, long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        long from = 0, to = size;
        while (to - from > 1)
        {
            var middle = from + Split(to - from);
            if (index < middle)
            {
                path.Add(Hash(nodes, middle, to));
                to = middle;
            }
            else
            {
                path.Add(Hash(nodes, from, middle));
                from = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>PROOF(first, D[second]): that the tree of the first leaves is the beginning of the second.</summary>
    public static List<byte[]> ConsistencyPath(IMerkleNodes nodes, long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        var path = new List<byte[]>();
        if (first == 0 || first == second) return path;
        long from = 0, to = second;
        var whole = true;
        while (first != to)
        {
            var middle = from + Split(to - from);
            if (first <= middle)
            {
                path.Add(Hash(nodes, middle, to));
                to = middle;
            }
            else
            {
                path.Add(Hash(nodes, from, middle));
                from = middle;
                whole = false;
            }
        }
        if (!whole) path.Add(Hash(nodes, from, to));
        path.Reverse();
        return path;
    }

    /// <summary>RFC 9162 §2.1.3.2. True when the leaf at <paramref name="index"/> is in the tree of <paramref name="size"/> leaves with that root.</summary>
    public static bool VerifyInclusion(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leaf.Length != Sm3.Size) return false;
        Span<byte> hash = stackalloc byte[Sm3.Size];
        leaf.CopyTo(hash);
        var (node, last) = (index, size - 1);
        foreach (var sibling in path)
        {
            if (last == 0 || sibling is not { Length: Sm3.Size }) return false;
            if ((node & 1) == 1 || node == last)
            {
                Node(sibling, hash, hash);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else Node(hash, sibling, hash);
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>RFC 9162 §2.1.4.2. True when the first tree is the beginning of the second.</summary>
    public static bool VerifyConsistency(long first, long second, ReadOnlySpan<byte> firstRoot, ReadOnlySpan<byte> secondRoot, IReadOnlyList<byte[]> path)
    {
        if (first < 0 || first > second) return false;
        if (first == second) return path.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        if (first == 0) return path.Count == 0 && firstRoot.SequenceEqual(Sm3.Hash([]));
        Span<byte> one = stackalloc byte[Sm3.Size], two = stackalloc byte[Sm3.Size];
        var next = 0;
        if (BitOperations.IsPow2(first)) firstRoot.CopyTo(one);
        else
        {
            if (path.Count == 0 || path[0] is not { Length: Sm3.Size }) return false;
            path[next++].CopyTo(one);
        }
        one.CopyTo(two);
        var (node, last) = (first - 1, second - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);
        for (; next < path.Count; next++)
        {
            var hash = path[next];
            if (last == 0 || hash is not { Length: Sm3.Size }) return false;
            if ((node & 1) == 1 || node == last)
            {
                Node(hash, one, one);
                Node(hash, two, two);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else Node(two, hash, two);
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && firstRoot.SequenceEqual(one) && secondRoot.SequenceEqual(two);
    }

    private static byte[] Hash(IMerkleNodes nodes, long from, long to)
    {
        var hash = new byte[Sm3.Size];
        Range(nodes, from, to, hash);
        return hash;
    }

    private static void Range(IMerkleNodes nodes, long from, long to, Span<byte> hash)
    {
        var size = to - from;
        if (BitOperations.IsPow2(size))
        {
            // Splits are at the largest power of two, so a range of 2^k leaves always starts at a multiple of 2^k.
            var level = BitOperations.Log2((ulong)size);
            nodes.Read(level, from >> level, hash);
            return;
        }
        Span<byte> left = stackalloc byte[Sm3.Size], right = stackalloc byte[Sm3.Size];
        var middle = from + Split(size);
        Range(nodes, from, middle, left);
        Range(nodes, middle, to, right);
        Node(left, right, hash);
    }

    /// <summary>The largest power of two below <paramref name="size"/> (size &gt; 1).</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
