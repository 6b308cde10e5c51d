using System.Numerics;

namespace Ecny.Bench.Load;

/// <summary>
/// Latencies in buckets whose width grows with the value (128 to each power of two): every quantile is right to within 0.8 %,
/// recording is a handful of instructions and allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int Sub = 1 << SubBits;
    private readonly long[] counts = new long[(64 - SubBits) * Sub];

    public long Count { get; private set; }
    public long MaxMicros { get; private set; }

    public void Record(long micros)
    {
        var value = Math.Max(0, micros);
        counts[Index(value)]++;
        Count++;
        if (value > MaxMicros) MaxMicros = value;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] += other.counts[i];
        Count += other.Count;
        MaxMicros = Math.Max(MaxMicros, other.MaxMicros);
    }

    /// <summary>Milliseconds below which the given share (0 … 1) of the recorded values lies; 0 when nothing was recorded.</summary>
    public double QuantileMs(double share)
    {
        if (Count == 0) return 0;
        var wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted) return Math.Min(UpperBound(i), MaxMicros) / 1000.0;
        }
        return MaxMicros / 1000.0;
    }

    private static int Index(long value)
    {
        if (value < Sub) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return (shift + 1) * Sub + (int)(value >> shift) - Sub;
    }

    private static long UpperBound(int index)
    {
        if (index < Sub) return index;
        var shift = index / Sub - 1;
        return ((long)(index % Sub + Sub) + 1 << shift) - 1;
    }
}
