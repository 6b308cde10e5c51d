using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Wallets.Journal;

namespace Ecny.Monitoring.Tests.Hosting;

/// <summary>Entries of a small city as its journal would have them, from a seed: payments of one to three legs, declines, refunds, transfers and openings.</summary>
public sealed class SyntheticJournal(int seed)
{
    public static readonly string[] Operators = ["operator-a", "operator-b"];
    private static readonly string[] Classes = ["I", "II", "III", "IV", "CORPORATE", "OPERATOR"];

    private readonly Random random = new(seed);
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    public long Head
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    public IReadOnlyList<Entry> Entries
    {
        get
        {
            lock (gate) return [.. entries];
        }
    }

    /// <summary>Appends about so many entries, the ledger's clock running from one moment to another.</summary>
    public void Append(int count, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            var first = entries.Count;
            while (entries.Count - first < count) AppendOne(from + (to - from) * Math.Min(1, (double)(entries.Count - first) / count));
        }
    }

    /// <summary>Settled payments of one leg that happen now.</summary>
    public void Pay(int count, long amount, string scenario, string district, string payerOperator) =>
        Pay(count, amount, scenario, district, payerOperator, DateTimeOffset.UtcNow, declined: false);

    /// <summary>Payments of one leg.</summary>
    public void Pay(int count, long amount, string scenario, string district, string payerOperator, DateTimeOffset at, bool declined)
    {
        lock (gate)
        {
            for (var i = 0; i < count; i++)
                Write(EntryKind.Payment, 0, amount, at, Guid.NewGuid(), Context(payerOperator, scenario, district), declined ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None);
        }
    }

    /// <summary>A wallet that is opened.</summary>
    public void Open(DateTimeOffset at, string operatorId, string walletClass)
    {
        lock (gate) Write(EntryKind.WalletOpen, 0, 0, at, Guid.NewGuid(), $$"""{"payeeOperator":"{{operatorId}}","payeeClass":"{{walletClass}}"}""", DeclineCode.None);
    }

    public byte[] Page(long after, int limit)
    {
        List<Entry> page;
        lock (gate) page = entries.GetRange((int)Math.Min(after, entries.Count), (int)Math.Clamp(entries.Count - after, 0, limit));
        var buffer = new ArrayBufferWriter<byte>(page.Count * 600 + 64);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var entry in page) JournalWriter.Write(json, entry);
            json.WriteEndArray();
            json.WriteNumber("lastSequence"u8, after + page.Count);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void AppendOne(DateTimeOffset at)
    {
        var payer = Operators[random.Next(Operators.Length)];
        var scenario = random.Next(12) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"S{random.Next(1, 17):00}");
        var district = random.Next(12) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"D0{random.Next(1, 7)}");
        var amount = (long)Math.Exp(Math.Log(200) + random.NextDouble() * Math.Log(5_000));
        var (dice, id) = (random.Next(20), NewGuid());
        // All legs of a payment carry the same context, as the ledger writes them.
        var context = Context(payer, scenario, district);
        if (dice < 13)
        {
            var legs = random.Next(8) == 0 ? random.Next(2, 4) : 1;
            for (short leg = 0; leg < legs; leg++) Write(EntryKind.Payment, leg, amount + leg, at, id, context, DeclineCode.None);
        }
        else if (dice < 15) Write(EntryKind.Payment, 0, amount, at, id, context, DeclineCode.INSUFFICIENT_FUNDS);
        else if (dice < 17) Write(EntryKind.Refund, 0, amount, at, id, context, DeclineCode.None);
        else if (dice < 19) Write(EntryKind.Transfer, 0, amount, at, id, Context(payer, null, null), DeclineCode.None);
        else Write(EntryKind.WalletOpen, 0, 0, at, id, $$"""{"payeeOperator":"{{payer}}","payeeClass":"{{Classes[random.Next(Classes.Length)]}}"}""", DeclineCode.None);
    }

    private void Write(EntryKind kind, short leg, long amount, DateTimeOffset at, Guid id, string context, DeclineCode code)
    {
        var seq = entries.Count + 1;
        entries.Add(new Entry
        {
            Shard = 0, Seq = seq, Epoch = 1, Transfer = new TransferId(id), Leg = leg, Institution = "acquirer", Number = $"n-{seq}", Kind = kind,
            Debit = new BucketId(1010000000000100, 0), Credit = new BucketId(1020000000000101, 0), Amount = amount, Code = code,
            DebitVersion = code == DeclineCode.None ? seq : 0, CreditVersion = code == DeclineCode.None ? seq : 0, DebitPrevSeq = seq - 1, CreditPrevSeq = seq - 1,
            AtMicros = at.ToUnixTimeMilliseconds() * 1000, BusinessDate = DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(8)).DateTime), Context = context,
        });
    }

    private string Context(string payer, string? scenario, string? district)
    {
        var members = new List<string> { $"\"payerOperator\":\"{payer}\"", "\"payeeOperator\":\"operator-b\"", "\"payerClass\":\"II\"" };
        if (random.Next(3) > 0) members.Add("\"payerDistrict\":\"D06\"");
        if (scenario is not null) members.Add($"\"scenario\":\"{scenario}\"");
        if (district is not null) members.Add($"\"merchantDistrict\":\"{district}\"");
        return $"{{{string.Join(',', members)}}}";
    }

    private Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
