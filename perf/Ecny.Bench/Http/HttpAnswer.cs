using System.Buffers.Text;

namespace Ecny.Bench.Http;

/// <summary>A complete HTTP/1.1 answer at the front of a buffer: status, where its body lies, and how many bytes it takes.</summary>
internal readonly record struct HttpAnswer(int Status, int BodyStart, int BodyLength, int TotalLength, bool Closes)
{
    /// <summary>False when more bytes are needed. Bodies come with Content-Length or as one or more chunks; chunks stay as they are on the wire.</summary>
    public static bool TryParse(ReadOnlySpan<byte> received, out HttpAnswer answer)
    {
        answer = default;
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var headers = received[..(head + 2)];
        if (!Utf8Parser.TryParse(headers[9..], out int status, out _)) throw new InvalidDataException("Not an HTTP/1.1 answer.");
        var bodyStart = head + 4;
        var closes = headers.IndexOf("\r\nConnection: close\r\n"u8) >= 0;
        var length = headers.IndexOf("\r\nContent-Length: "u8);
        if (length >= 0)
        {
            if (!Utf8Parser.TryParse(headers[(length + 18)..], out int bodyLength, out _)) throw new InvalidDataException("Content-Length is no number.");
            answer = new HttpAnswer(status, bodyStart, bodyLength, bodyStart + bodyLength, closes);
            return received.Length >= answer.TotalLength;
        }
        if (headers.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) < 0)
        {
            answer = new HttpAnswer(status, bodyStart, 0, bodyStart, closes);
            return true;
        }
        var end = received[bodyStart..].IndexOf("0\r\n\r\n"u8);
        if (end < 0) return false;
        answer = new HttpAnswer(status, bodyStart, end, bodyStart + end + 5, closes);
        return true;
    }
}
