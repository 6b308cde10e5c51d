using System.Buffers;
using System.Text.Json;

namespace Ecny.Messaging;

/// <summary>
/// A CloudEvents 1.0 event in structured JSON, built by us to the last byte, so that the bytes on a topic are the same whichever transport wrote them.
/// Readers ignore attributes that they do not know.
/// </summary>
public sealed record EventEnvelope
{
    /// <summary>Unique within <see cref="Source"/>; the same fact published twice has the same id.</summary>
    public required string Id { get; init; }

    /// <summary>Who tells, for example <c>/ecny/wallets</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What kind of fact, with its version: <c>ecny.ledger.run.v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about, for example <c>shard/0</c>.</summary>
    public required string Subject { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Gap-free number of the fact in its owner's topic (the extension attribute <c>sequence</c>); null on the ledger's topic, whose entries carry their own.</summary>
    public long? Sequence { get; init; }

    /// <summary>W3C trace context of what caused the fact, when that was sampled. Written as <c>traceparent</c> and, because sidecars name it so, as <c>traceid</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The fact itself: one JSON value.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(Data.Length + 512);
        using (var json = new Utf8JsonWriter(buffer, EnvelopeJson.WriterOptions)) Write(json, this, static (json, data) => json.WriteRawValue(data.Span, skipInputValidation: true), Data);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the attributes of <paramref name="head"/> (not its data) and what <paramref name="data"/> writes.</summary>
    internal static void Write<T>(Utf8JsonWriter json, EventEnvelope head, Action<Utf8JsonWriter, T> data, T state)
    {
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, head.Id);
        json.WriteString("source"u8, head.Source);
        json.WriteString("type"u8, head.Type);
        json.WriteString("subject"u8, head.Subject);
        json.WriteString("time"u8, head.Time);
        json.WriteString("datacontenttype"u8, "application/json"u8);
        // CloudEvents has no 64-bit integers: as an attribute it is text.
        if (head.Sequence is { } sequence) json.WriteString("sequence"u8, sequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (head.TraceParent is { } trace)
        {
            json.WriteString("traceparent"u8, trace);
            json.WriteString("traceid"u8, trace);
        }
        json.WritePropertyName("data"u8);
        data(json, state);
        json.WriteEndObject();
    }

    /// <summary>Reads an envelope; its data is a part of <paramref name="json"/>, not a copy.</summary>
    /// <exception cref="JsonException">Not an event of ours: not JSON, or an attribute is missing.</exception>
    public static EventEnvelope Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return EnvelopeJson.Read(json);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new JsonException($"Not an event envelope: {e.Message}", e);
        }
    }
}
