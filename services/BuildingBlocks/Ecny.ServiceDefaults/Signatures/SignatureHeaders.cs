using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>The values of Signature and Content-Digest, read without allocating.</summary>
internal static class SignatureHeaders
{
    private const int MaxSignatureText = 88;

    /// <summary>Signature: exactly <c>label=:base64:</c>.</summary>
    /// <returns>Length of the signature, or -1.</returns>
    public static int TryReadSignature(ReadOnlySpan<char> header, ReadOnlySpan<char> label, Span<byte> destination)
    {
        if (header.Length <= label.Length + 3 || !header.StartsWith(label, StringComparison.Ordinal) || header[label.Length] != '=') return -1;
        return TryReadBytes(header[(label.Length + 1)..], destination);
    }

    /// <summary>True when Content-Digest has a sha-256 (other algorithms beside it are passed over) and it is that of the body.</summary>
    public static bool DigestMatches(ReadOnlySpan<char> header, ReadOnlySpan<byte> body)
    {
        Span<byte> expected = stackalloc byte[32];
        Span<byte> actual = stackalloc byte[32];
        foreach (var range in header.Split(','))
        {
            var member = header[range].Trim(' ');
            if (!member.StartsWith("sha-256=", StringComparison.Ordinal)) continue;
            if (TryReadBytes(member["sha-256=".Length..], expected) != 32) return false;
            SHA256.HashData(body, actual);
            return CryptographicOperations.FixedTimeEquals(expected, actual);
        }
        return false;
    }

    /// <summary>A byte sequence of RFC 9651: <c>:base64:</c>, padded.</summary>
    private static int TryReadBytes(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length < 6 || text[0] != ':' || text[^1] != ':') return -1;
        text = text[1..^1];
        if (text.Length > MaxSignatureText || text.Length % 4 != 0 || text.ContainsAny(" \t\r\n")) return -1;
        Span<byte> ascii = stackalloc byte[MaxSignatureText];
        if (Ascii.FromUtf16(text, ascii, out var length) != OperationStatus.Done) return -1;
        return Base64.DecodeFromUtf8(ascii[..length], destination, out _, out var written) == OperationStatus.Done ? written : -1;
    }
}
