using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Clearing.Tests.Journals;

/// <summary>Writes a journal by hand: sequence, chain and DAY_END are right, who owns what is not its matter.</summary>
public sealed class JournalScript
{
    private readonly List<Entry> entries = [];
    private byte[] chain = EntryHash.Genesis;
    private long count, moved;

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>Of the entries to come.</summary>
    public DateOnly Date { get; set; } = new(2026, 1, 5);

    public long Seq => entries.Count;

    public Entry Payment(string institution, string number, long amount, DeclineCode code = DeclineCode.None) =>
        Add(institution, number, NumberKind.Payment, EntryKind.Payment, 0, amount, code);

    /// <summary>A payment from several buckets.</summary>
    public void PaymentInParts(string institution, string number, params ReadOnlySpan<long> parts)
    {
        for (var leg = 0; leg < parts.Length; leg++) Add(institution, number, NumberKind.Payment, EntryKind.Payment, leg, parts[leg], DeclineCode.None);
    }

    public Entry Refund(string institution, string number, long amount, DeclineCode code = DeclineCode.None) =>
        Add(institution, number, NumberKind.Refund, EntryKind.Refund, 0, amount, code);

    /// <summary>A cancel that gives something back (booked as a refund), or finds nothing to give back.</summary>
    public Entry Cancel(string institution, string number, long amount) =>
        Add(institution, number, NumberKind.Cancel, amount > 0 ? EntryKind.Refund : EntryKind.Cancel, 0, amount, DeclineCode.None);

    /// <summary>A posting whose rest goes back: two legs of two kinds.</summary>
    public void HoldPost(string institution, string number, long posted, long rest)
    {
        Add(institution, number, NumberKind.HoldPost, EntryKind.HoldPost, 0, posted, DeclineCode.None);
        if (rest > 0) Add(institution, number, NumberKind.HoldPost, EntryKind.HoldVoid, 1, rest, DeclineCode.None);
    }

    public Entry Other(string institution, string number, EntryKind kind, long amount, DeclineCode code = DeclineCode.None) =>
        Add(institution, number, NumberKind.System, kind, 0, amount, code);

    /// <summary>Seals the day and goes on to the next.</summary>
    public Entry DayEnd(long countOff = 0, long sumOff = 0, string? hash = null)
    {
        var number = $"day-end-0-{Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        var context = $"{{\"count\":{count + countOff},\"sum\":{moved + sumOff},\"hash\":\"{hash ?? Convert.ToHexStringLower(chain)}\"}}";
        var end = Append(Make("system", number, NumberKind.System, EntryKind.DayEnd, 0, moved + sumOff, DeclineCode.None) with { Context = context });
        (count, moved, Date) = (0, 0, Date.AddDays(1));
        return end;
    }

    private Entry Add(string institution, string number, NumberKind space, EntryKind kind, int leg, long amount, DeclineCode code)
    {
        count++;
        if (code == DeclineCode.None) moved += amount;
        return Append(Make(institution, number, space, kind, leg, amount, code));
    }

    private Entry Append(Entry entry)
    {
        entries.Add(entry);
        chain = EntryHash.Next(chain, entry);
        return entry;
    }

    private Entry Make(string institution, string number, NumberKind space, EntryKind kind, int leg, long amount, DeclineCode code) => new()
    {
        Shard = 0, Seq = Seq + 1, Epoch = 1, Transfer = TransferId.Of(institution, space, number), Leg = (short)leg, Institution = institution, Number = number, Kind = kind,
        Debit = new BucketId(1010000000000100, 0), Credit = new BucketId(1020000000000101, leg), Amount = amount, Code = code, DebitVersion = code == 0 ? Seq + 1 : 0, DebitBalance = 7,
        CreditVersion = code == 0 ? Seq + 1 : 0, CreditBalance = 8, AtMicros = new DateTimeOffset(Date, default, TimeSpan.FromHours(8)).UtcTicks / 10 - 62_135_596_800_000_000 + Seq + 1,
        BusinessDate = Date, Context = """{"payerOperator":"operator-a","payeeClass":"CORPORATE","scenario":"S09","merchant":"M1","remark":"早餐 ☕ \"双\""}""",
    };
}
