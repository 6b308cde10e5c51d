using System.Text;

namespace Ecny.Client.Signing;

/// <summary>
/// The bytes that are signed (RFC 9421 §2.5) for the fixed list of components of api.md:
/// <c>"@method" "@authority" "@path" "@query"</c> and, where there is a body, <c>"content-digest"</c>. Used by both sides.
/// </summary>
public static class SignatureBase
{
    public const string ComponentsWithoutBody = "(\"@method\" \"@authority\" \"@path\" \"@query\")";
    public const string ComponentsWithBody = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")";

    private const int FixedLength = 128;

    /// <summary>A length that always suffices for <see cref="TryWrite"/>.</summary>
    public static int MaxLength(int method, int authority, int target, int digest, int parameters) =>
        FixedLength + method + authority + target + 1 + digest + parameters;

    /// <param name="authority">The Host header as sent; written in lower case.</param>
    /// <param name="target">Path and query as on the wire, undecoded.</param>
    /// <param name="digest">Value of Content-Digest; empty when it is not among the components.</param>
    /// <param name="parameters">The value of the signature's entry in Signature-Input, verbatim.</param>
    /// <returns>Bytes written, or -1 when something is not ASCII.</returns>
    public static int TryWrite(
        Span<byte> destination, ReadOnlySpan<char> method, ReadOnlySpan<char> authority, ReadOnlySpan<char> target, ReadOnlySpan<char> digest, ReadOnlySpan<char> parameters)
    {
        var queryAt = target.IndexOf('?');
        var path = queryAt < 0 ? target : target[..queryAt];
        var query = queryAt < 0 ? "?" : target[queryAt..];

        var at = Literal(destination, 0, "\"@method\": "u8);
        if (!Text(destination, ref at, method)) return -1;
        at = Literal(destination, at, "\n\"@authority\": "u8);
        if (Ascii.ToLower(authority, destination[at..], out var written) != System.Buffers.OperationStatus.Done) return -1;
        at = Literal(destination, at + written, "\n\"@path\": "u8);
        if (!Text(destination, ref at, path)) return -1;
        at = Literal(destination, at, "\n\"@query\": "u8);
        if (!Text(destination, ref at, query)) return -1;
        if (!digest.IsEmpty)
        {
            at = Literal(destination, at, "\n\"content-digest\": "u8);
            if (!Text(destination, ref at, digest)) return -1;
        }
        at = Literal(destination, at, "\n\"@signature-params\": "u8);
        return Text(destination, ref at, parameters) ? at : -1;
    }

    private static int Literal(Span<byte> destination, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    private static bool Text(Span<byte> destination, ref int at, ReadOnlySpan<char> text)
    {
        if (Ascii.FromUtf16(text, destination[at..], out var written) != System.Buffers.OperationStatus.Done) return false;
        at += written;
        return true;
    }
}
