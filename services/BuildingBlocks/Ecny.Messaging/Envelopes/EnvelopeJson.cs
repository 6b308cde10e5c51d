using System.Globalization;
using System.Text.Json;
using Ecny.ServiceDefaults.Json;

namespace Ecny.Messaging;

/// <summary>Reading of the envelope, attribute by attribute.</summary>
internal static class EnvelopeJson
{
    internal static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = StrictJson.Encoder };

    internal static EventEnvelope Read(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        string? id = null, source = null, type = null, subject = null, trace = null;
        DateTimeOffset? time = null;
        long? sequence = null;
        ReadOnlyMemory<byte>? data = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An event is a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8)) id = Text(ref reader);
            else if (reader.ValueTextEquals("source"u8)) source = Text(ref reader);
            else if (reader.ValueTextEquals("type"u8)) type = Text(ref reader);
            else if (reader.ValueTextEquals("subject"u8)) subject = Text(ref reader);
            else if (reader.ValueTextEquals("traceparent"u8)) trace = Text(ref reader);
            else if (reader.ValueTextEquals("sequence"u8)) sequence = long.Parse(Text(ref reader)!, NumberStyles.None, CultureInfo.InvariantCulture);
            else if (reader.ValueTextEquals("time"u8))
            {
                reader.Read();
                time = reader.GetDateTimeOffset();
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                data = json[start..(int)reader.BytesConsumed];
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return new EventEnvelope
        {
            Id = id ?? throw Missing("id"),
            Source = source ?? throw Missing("source"),
            Type = type ?? throw Missing("type"),
            Subject = subject ?? "",
            Time = time ?? throw Missing("time"),
            Sequence = sequence,
            TraceParent = trace,
            Data = data ?? throw Missing("data"),
        };
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static JsonException Missing(string attribute) => new($"The event has no {attribute}.");
}
