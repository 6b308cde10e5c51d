using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Ecny.Messaging;

/// <summary>Consecutive entries of one shard, as one message of <see cref="Topics.Ledger"/>.</summary>
public sealed record LedgerRun(int Shard, IReadOnlyList<LedgerEntryFact> Entries)
{
    public const int MostEntries = 500, MostBytes = 512 * 1024;
    public const string EventType = "ecny.ledger.run.v1";

    public long First => Entries[0].Seq;
    public long Last => Entries[^1].Seq;

    /// <summary>Key of a shard's messages: one shard is one partition, hence one order.</summary>
    public static string Key(int shard) => shard.ToString(CultureInfo.InvariantCulture);

    /// <summary>The envelope of a run.</summary>
    /// <param name="entries">Their JSON, each as <c>GET /v1/journal</c> has it, in order.</param>
    public static byte[] Envelope(int shard, long firstSeq, IReadOnlyList<ReadOnlyMemory<byte>> entries, string source, string? traceParent, DateTimeOffset now)
    {
        var last = firstSeq + entries.Count - 1;
        var head = new EventEnvelope
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{shard}:{firstSeq}-{last}"), Source = source, Type = EventType, Subject = $"shard/{Key(shard)}",
            Time = now, TraceParent = traceParent, Data = default,
        };
        var buffer = new ArrayBufferWriter<byte>(entries.Sum(entry => entry.Length + 1) + 512);
        using (var json = new Utf8JsonWriter(buffer, EnvelopeJson.WriterOptions))
        {
            EventEnvelope.Write(json, head, static (json, run) =>
            {
                json.WriteStartObject();
                json.WriteNumber("shard"u8, run.Shard);
                json.WriteNumber("firstSeq"u8, run.First);
                json.WriteNumber("lastSeq"u8, run.Last);
                json.WriteStartArray("entries"u8);
                foreach (var entry in run.Entries) json.WriteRawValue(entry.Span, skipInputValidation: true);
                json.WriteEndArray();
                json.WriteEndObject();
            }, (Shard: shard, First: firstSeq, Last: last, Entries: entries));
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null for an event of another type.</summary>
    /// <exception cref="JsonException">Not a run: not JSON, no entries, or entries that are not consecutive.</exception>
    internal static LedgerRun? Parse(ReadOnlyMemory<byte> envelope, LedgerEntryReader reader)
    {
        var told = EventEnvelope.Parse(envelope);
        if (told.Type != EventType) return null;
        var entries = reader.ReadRun(told.Data.Span);
        if (entries.Count == 0) throw new JsonException("A run has at least one entry.");
        Consecutive.Require(entries, entries[0].Shard, entries[0].Seq - 1);
        return new LedgerRun(entries[0].Shard, entries);
    }
}
