using System.Text;

namespace Ecny.EndToEnd.Tests.Telemetry;

/// <summary>As much of the protobuf wire format as reading OTLP takes.</summary>
internal static class Protobuf
{
    /// <summary>The length-delimited values of a field: messages, strings or bytes.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var length = (tag & 7) switch
            {
                0 => Skipped(message, ref at),
                1 => 8,
                2 => (int)Varint(message, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"Wire type {tag & 7} is not in use."),
            };
            if ((tag & 7) == 2 && (int)(tag >> 3) == field) yield return message.Slice(at, length);
            at += length;
        }
    }

    public static string Text(ReadOnlyMemory<byte> message, int field) => Messages(message, field).Select(text => Encoding.UTF8.GetString(text.Span)).FirstOrDefault("");

    private static int Skipped(ReadOnlyMemory<byte> message, ref int at)
    {
        Varint(message, ref at);
        return 0;
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = message.Span[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80) return value;
        }
    }
}
