using System.Buffers;
using System.Text;
using System.Text.Json;
using Ecny.Clearing.Comparisons;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Messaging;
using Ecny.ServiceDefaults.Json;
using Ecny.Wallets.Journal;
using JournalSum = Ecny.Clearing.Comparisons.JournalSum;
using JournalSums = Ecny.Clearing.Comparisons.JournalSums;

namespace Ecny.Clearing.Tests.Journals;

/// <summary>A journal in memory that speaks the real one's JSON, and its own sums, counted the simple way.</summary>
public sealed class MemoryJournal : IJournal, IJournalSums
{
    private static readonly JsonWriterOptions Options = new() { Encoder = StrictJson.Encoder };
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    /// <summary>False: it is away.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>False: only its sums are away.</summary>
    public bool Sums { get; set; } = true;

    /// <summary>What a reader is told in place of an entry; the journal's own sums are not touched by it.</summary>
    public Func<Entry, Entry> Tell { get; set; } = entry => entry;

    public long Head
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>Takes over what a script has beyond this journal's head.</summary>
    public void Take(JournalScript script) => Take(script.Entries);

    public void Take(IReadOnlyList<Entry> all)
    {
        lock (gate) entries.AddRange(all.Skip(entries.Count));
    }

    public Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) =>
        Answers ? Task.FromResult<IReadOnlyList<JournalHead>>([new JournalHead(0, 1, Head)]) : throw new JournalUnavailableException("The test's journal is away.");

    public Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop)
    {
        if (!Answers) throw new JournalUnavailableException("The test's journal is away.");
        return Task.FromResult<IReadOnlyList<LedgerEntryFact>>(Facts(Page(after, limit).Select(Tell)));
    }

    Task<JournalSums> IJournalSums.Read(int shard, long after, long to, CancellationToken stop)
    {
        if (!Answers || !Sums) throw new JournalUnavailableException("The test's journal is away.");
        var page = Page(after, (int)(to - after));
        var sums = page.GroupBy(entry => (entry.BusinessDate, entry.Institution, entry.Kind, Settled: entry.Code == DeclineCode.None)).Select(group => new JournalSum(
            group.Key.BusinessDate, group.Key.Institution, group.Key.Kind, group.Key.Settled,
            // A transfer that the stretch cuts counts where its first leg of the kind is.
            group.Count(entry => !Page(entry.Seq - 2, 1).Any(before => before.Transfer == entry.Transfer && before.Kind == entry.Kind && entry.Seq > 1)),
            group.Count(), group.Sum(entry => (decimal)entry.Amount))).ToList();
        return Task.FromResult(new JournalSums(after + page.Count, sums));
    }

    /// <summary>Entries as every reader gets them.</summary>
    public static IReadOnlyList<LedgerEntryFact> Facts(IEnumerable<Entry> entries) => new LedgerEntryReader().ReadPage(Json(entries), 16);

    /// <summary>A page as <c>GET /v1/journal</c> writes it.</summary>
    public static byte[] Json(IEnumerable<Entry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var entry in entries) JournalWriter.Write(json, entry);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private List<Entry> Page(long after, int limit)
    {
        lock (gate) return entries.GetRange((int)Math.Clamp(after, 0, entries.Count), (int)Math.Clamp(entries.Count - after, 0, limit));
    }
}
