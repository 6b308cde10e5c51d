using System.Buffers;
using System.Text.Json;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Wallets.Journal;

namespace Ecny.Messaging.Tests;

/// <summary>A journal in memory that speaks the real one's JSON, so that tests decide what is in it and when it answers.</summary>
public sealed class TestJournal : IJournal, IRelaySource
{
    private readonly Lock gate = new();
    private readonly List<(Entry Entry, byte[] Json)> entries = [];

    public long Head => Locked(() => (long)entries.Count);

    /// <summary>False: it is away.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Appends entries; the amount of each is its sequence.</summary>
    public void Append(int count) => Locked(() =>
    {
        for (var i = 0; i < count; i++)
        {
            var entry = Make(entries.Count + 1);
            entries.Add((entry, Json(entry)));
        }
        return 0;
    });

    public static Entry Make(long seq) => new()
    {
        Shard = 0, Seq = seq, Epoch = 1, Transfer = new TransferId(Guid.NewGuid()), Leg = 0, Institution = "acquirer", Number = $"n-{seq}", Kind = EntryKind.Payment,
        Debit = new BucketId(1010000000000100, 0), Credit = new BucketId(1020000000000101, 0), Amount = seq, DebitVersion = seq, DebitBalance = 7, CreditVersion = seq, CreditBalance = 8,
        DebitPrevSeq = seq - 1, CreditPrevSeq = seq - 1, AtMicros = 1_767_600_000_000_000 + seq, BusinessDate = new DateOnly(2026, 1, 5),
        Context = """{"payerOperator":"operator-a","payeeOperator":"operator-b","payerClass":"II","payeeClass":"CORPORATE","payerDistrict":"D1","scenario":"S09","merchant":"M1","order":"o-1"}""",
    };

    public static byte[] Json(Entry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) JournalWriter.Write(json, entry);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The message of a run, as the relay makes it.</summary>
    public byte[] Run(long first, long last) => Locked(() =>
        LedgerRun.Envelope(0, first, [.. entries.GetRange((int)first - 1, (int)(last - first + 1)).Select(e => (ReadOnlyMemory<byte>)e.Json)], "/test", null, DateTimeOffset.UtcNow));

    public Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) =>
        Answers ? Task.FromResult<IReadOnlyList<JournalHead>>([new JournalHead(0, 1, Head)]) : throw new JournalUnavailableException("The test's journal is away.");

    public Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop)
    {
        if (!Answers) throw new JournalUnavailableException("The test's journal is away.");
        var page = Page(after, limit);
        var json = $$"""{"items":[{{string.Join(',', page.Select(e => System.Text.Encoding.UTF8.GetString(e.Json)))}}],"lastSequence":{{after + page.Count}}}""";
        return Task.FromResult<IReadOnlyList<LedgerEntryFact>>(new LedgerEntryReader().ReadPage(System.Text.Encoding.UTF8.GetBytes(json), page.Count));
    }

    Task<long> IRelaySource.Head(int shard, CancellationToken stop) => Task.FromResult(Head);

    Task<IReadOnlyList<RelayEntry>> IRelaySource.Read(int shard, long after, int limit, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<RelayEntry>>([.. Page(after, limit).Select(e => new RelayEntry(e.Entry.Seq, e.Json, DateTimeOffset.UtcNow, null))]);

    private List<(Entry Entry, byte[] Json)> Page(long after, int limit) =>
        Locked(() => entries.GetRange((int)Math.Min(after, entries.Count), (int)Math.Clamp(entries.Count - after, 0, limit)));

    private T Locked<T>(Func<T> read)
    {
        lock (gate) return read();
    }
}
