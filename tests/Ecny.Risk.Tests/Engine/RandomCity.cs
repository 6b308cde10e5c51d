using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests.Engine;

/// <summary>A small busy city with rings in it: random payments over some weeks, a few late, so that every rule finds something.</summary>
internal static class RandomCity
{
    public static List<RiskEntry> Entries(int seed, int count)
    {
        var random = new Random(seed);
        var entries = new List<RiskEntry>();
        var (hours, seq) = (0.0, 0L);
        while (entries.Count < count)
        {
            hours += random.NextDouble() * 0.05;
            var (from, to) = (random.Next(1, 800), random.Next(1, 800));
            if (from == to) continue;
            var late = random.Next(20) == 0 ? random.NextDouble() * 30 : 0;
            entries.Add(History.Entry(++seq, from, to, random.Next(1, 500_000) / 100m, Math.Max(0, hours - late)));
            if (random.Next(200) != 0) continue;
            // A ring: one source, five middles, one sink, within hours.
            var ring = random.Next(1, 700);
            entries.Add(History.Entry(++seq, ring, ring + 90, 5_000, hours));
            for (var middle = 1; middle <= 5; middle++) entries.Add(History.Entry(++seq, ring + 90, ring + 90 + middle, 950, hours + 0.01 * middle));
            for (var middle = 1; middle <= 5; middle++) entries.Add(History.Entry(++seq, ring + 90 + middle, ring, 900, hours + 0.1 + 0.01 * middle));
        }
        return entries;
    }
}
