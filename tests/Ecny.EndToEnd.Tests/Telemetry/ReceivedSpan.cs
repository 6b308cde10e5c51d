namespace Ecny.EndToEnd.Tests.Telemetry;

/// <summary>A span as it was exported; ids in hexadecimal.</summary>
public sealed record ReceivedSpan(string Service, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyList<(string TraceId, string SpanId)> Links)
{
    public static ReceivedSpan Read(string service, ReadOnlyMemory<byte> span) => new(
        service,
        Protobuf.Text(span, 5),
        Hex(span, 1),
        Hex(span, 2),
        Hex(span, 4),
        [.. Protobuf.Messages(span, 13).Select(link => (Hex(link, 1), Hex(link, 2)))]);

    private static string Hex(ReadOnlyMemory<byte> message, int field) =>
        Protobuf.Messages(message, field).Select(id => Convert.ToHexStringLower(id.Span)).FirstOrDefault("");
}
