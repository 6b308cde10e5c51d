using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Tests.Core;

/// <summary>What must hold of every journal: recomputed from nothing but the entries.</summary>
internal static class JournalFacts
{
    public static void Check(MemoryTables tables)
    {
        var last = new Dictionary<BucketId, (long Version, long Balance, long Seq)>();
        var (at, date, seq, count, sum) = (0L, DateOnly.MinValue, 0L, 0L, 0L);
        var chain = EntryHash.Genesis;
        foreach (var entry in tables.Journal)
        {
            Assert.Equal(++seq, entry.Seq);
            Assert.True(entry.AtMicros >= at && entry.BusinessDate >= date, $"time goes back at {seq}");
            (at, date) = (entry.AtMicros, entry.BusinessDate);
            if (entry.Kind == EntryKind.DayEnd)
            {
                Assert.Contains($"\"count\":{count},\"sum\":{sum},\"hash\":\"{Convert.ToHexStringLower(chain)}\"", entry.Context, StringComparison.Ordinal);
                (count, sum) = (0, 0);
            }
            else
            {
                count++;
                if (entry.Code == DeclineCode.None) sum += entry.Amount;
            }
            chain = EntryHash.Next(chain, entry);
            Side(last, entry.Debit, entry.DebitVersion, entry.DebitBalance, entry.DebitPrevSeq, -entry.Amount, seq);
            Side(last, entry.Credit, entry.CreditVersion, entry.CreditBalance, entry.CreditPrevSeq, entry.Amount, seq);
            if (entry.Code != DeclineCode.None) Assert.Equal((0, 0), (entry.DebitVersion, entry.CreditVersion));
        }
        foreach (var wallet in tables.Wallets.Values)
            Assert.Equal((wallet.Version, wallet.Balance, wallet.LastSeq), last[BucketId.AvailableOf(wallet.Id)]);
        foreach (var bucket in tables.Buckets.Values) Assert.Equal((bucket.Version, bucket.Balance, bucket.LastSeq), last[bucket.Id]);
        Assert.Equal(tables.Numbers.Values.Sum(number => number.Legs), tables.Journal.Count);
    }

    private static void Side(Dictionary<BucketId, (long Version, long Balance, long Seq)> last, BucketId bucket, long version, long balance, long prev, long delta, long seq)
    {
        if (version == 0) return;
        var before = last.GetValueOrDefault(bucket);
        Assert.Equal((before.Version + 1, before.Balance + delta, before.Seq), (version, balance, prev));
        last[bucket] = (version, balance, seq);
    }
}
