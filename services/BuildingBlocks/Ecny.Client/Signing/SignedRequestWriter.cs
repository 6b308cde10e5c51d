using System.Security.Cryptography;
using System.Text;

namespace Ecny.Client.Signing;

/// <summary>Writes signed HTTP/1.1 requests straight into a buffer: for load generators, where a signature must cost a few microseconds and no allocation.</summary>
public static class SignedRequestWriter
{
    /// <summary>Characters of <c>sha-256=:…:</c>.</summary>
    internal const int DigestLength = 9 + 44 + 1;

    /// <summary>Head and body of a signed JSON request for a keep-alive connection.</summary>
    /// <param name="destination">Must hold the body and about 700 bytes of head.</param>
    /// <param name="created">Unix seconds.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, RequestSigner signer, string method, string authority, ReadOnlySpan<char> target, ReadOnlySpan<byte> body, long created)
    {
        Span<char> digest = stackalloc char[DigestLength];
        var digestLength = body.IsEmpty ? 0 : WriteDigest(body, digest);
        Span<char> parameters = stackalloc char[400];
        parameters = parameters[..signer.WriteParameters(parameters, body.IsEmpty, created)];
        Span<char> signature = stackalloc char[136];
        signature = signature[..signer.SignParameters(method, authority, target, digest[..digestLength], parameters, signature)];

        var at = 0;
        Append(destination, ref at, method);
        Append(destination, ref at, " ");
        Append(destination, ref at, target);
        Append(destination, ref at, " HTTP/1.1\r\nHost: ");
        Append(destination, ref at, authority);
        if (!body.IsEmpty)
        {
            Append(destination, ref at, "\r\nContent-Type: application/json\r\nContent-Digest: ");
            Append(destination, ref at, digest[..digestLength]);
        }
        Append(destination, ref at, "\r\nSignature-Input: sig=");
        Append(destination, ref at, parameters);
        Append(destination, ref at, "\r\nSignature: sig=");
        Append(destination, ref at, signature);
        if (!body.IsEmpty || method is not "GET")
        {
            Append(destination, ref at, "\r\nContent-Length: ");
            body.Length.TryFormat(destination[at..], out var digits);
            at += digits;
        }
        Append(destination, ref at, "\r\n\r\n");
        body.CopyTo(destination[at..]);
        return at + body.Length;
    }

    /// <summary>Content-Digest of RFC 9530: <c>sha-256=:base64:</c>.</summary>
    internal static int WriteDigest(ReadOnlySpan<byte> body, Span<char> destination)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(body, hash);
        "sha-256=:".CopyTo(destination);
        Convert.TryToBase64Chars(hash, destination[9..], out var written);
        destination[9 + written] = ':';
        return 9 + written + 1;
    }

    private static void Append(Span<byte> destination, ref int at, ReadOnlySpan<char> text)
    {
        Ascii.FromUtf16(text, destination[at..], out var written);
        at += written;
    }
}
