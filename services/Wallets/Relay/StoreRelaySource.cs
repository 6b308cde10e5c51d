using System.Buffers;
using System.Text.Json;
using Ecny.Ledger.Store;
using Ecny.Messaging;
using Ecny.ServiceDefaults.Json;
using Ecny.Wallets.Journal;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Relay;

/// <summary>Committed entries as the journal API writes them.</summary>
public sealed class StoreRelaySource(ILedgerStore store) : IRelaySource
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = StrictJson.Encoder };

    public async Task<long> Head(int shard, CancellationToken stop) => (await store.Head(shard, stop))?.Seq ?? 0;

    public async Task<IReadOnlyList<RelayEntry>> Read(int shard, long after, int limit, CancellationToken stop)
    {
        var entries = await store.ReadJournal(shard, after, limit, stop);
        if (entries.Count == 0) return [];
        var buffer = new ArrayBufferWriter<byte>(entries.Count * 800);
        var ends = new int[entries.Count];
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            for (var i = 0; i < entries.Count; i++)
            {
                JournalWriter.Write(json, entries[i]);
                json.Flush();
                json.Reset();
                ends[i] = buffer.WrittenCount;
            }
        }
        var written = buffer.WrittenMemory;
        return [.. entries.Select((entry, i) => new RelayEntry(entry.Seq, written[(i == 0 ? 0 : ends[i - 1])..ends[i]], Clock.At(entry.AtMicros), entry.TraceParent))];
    }
}
