namespace Ecny.Bench.Load;

/// <summary>
/// A fixed permutation of 0 … n−1, so that frequent ranks do not sit side by side in one database page:
/// four Feistel rounds over the next even power of two, walked until the value is in range.
/// </summary>
internal sealed class Scatter
{
    private readonly ulong n;
    private readonly int half;
    private readonly ulong mask;

    public Scatter(long n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        this.n = (ulong)n;
        var bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(this.n - 1);
        half = Math.Max(1, (bits + 1) / 2);
        mask = (1UL << half) - 1;
    }

    public long Of(long index)
    {
        var value = (ulong)index;
        do value = Permute(value); while (value >= n);
        return (long)value;
    }

    private ulong Permute(ulong value)
    {
        var left = value >> half;
        var right = value & mask;
        for (ulong round = 1; round <= 4; round++) (left, right) = (right, left ^ (Mix(right + round * 0x9E3779B97F4A7C15) & mask));
        return left << half | right;
    }

    private static ulong Mix(ulong x)
    {
        x ^= x >> 33; x *= 0xFF51AFD7ED558CCD; x ^= x >> 33; x *= 0xC4CEB9FE1A85EC53;
        return x ^ x >> 33;
    }
}
