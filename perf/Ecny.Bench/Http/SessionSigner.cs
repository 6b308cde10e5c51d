using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ecny.Bench.Http;

/// <summary>
/// Writes whole signed POST requests (RFC 9421 hmac-sha256 with a session key, RFC 9530 digest) into a caller's buffer.
/// Everything that does not change is kept as bytes; one instance belongs to one thread.
/// </summary>
internal sealed class SessionSigner : IDisposable
{
    private static readonly byte[] Components = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created="u8.ToArray();
    private readonly IncrementalHash hmac;
    private readonly byte[] authority;
    private readonly byte[] keyId;
    private readonly byte[] nonceSalt;
    private readonly byte[] baseBuffer = new byte[1024];
    private ulong nonce;

    public SessionSigner(Uri service, string keyId, ReadOnlySpan<byte> secret)
    {
        hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        authority = Encoding.ASCII.GetBytes(service.Authority);
        this.keyId = Encoding.ASCII.GetBytes(keyId);
        nonceSalt = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
    }

    /// <summary>Length of the request written.</summary>
    public int Write(ReadOnlySpan<byte> path, ReadOnlySpan<byte> body, long unixSeconds, Span<byte> destination)
    {
        Span<byte> digest = stackalloc byte[32];
        Span<byte> digestText = stackalloc byte[44];
        SHA256.HashData(body, digest);
        Base64.EncodeToUtf8(digest, digestText, out _, out _);

        var parameters = new SpanWriter(stackalloc byte[320]);
        parameters.Write(Components);
        parameters.Write(unixSeconds);
        parameters.Write(";nonce=\""u8);
        parameters.Write(nonceSalt);
        parameters.WriteHex(++nonce);
        parameters.Write("\";keyid=\""u8);
        parameters.Write(keyId);
        parameters.Write((byte)'"');

        var input = new SpanWriter(baseBuffer);
        input.Write("\"@method\": POST\n\"@authority\": "u8);
        input.Write(authority);
        input.Write("\n\"@path\": "u8);
        input.Write(path);
        input.Write("\n\"@query\": ?\n\"content-digest\": sha-256=:"u8);
        input.Write(digestText);
        input.Write(":\n\"@signature-params\": "u8);
        input.Write(parameters.Written);
        hmac.AppendData(input.Written);
        hmac.GetHashAndReset(digest);

        var request = new SpanWriter(destination);
        request.Write("POST "u8);
        request.Write(path);
        request.Write(" HTTP/1.1\r\nHost: "u8);
        request.Write(authority);
        request.Write("\r\nContent-Type: application/json\r\nContent-Length: "u8);
        request.Write(body.Length);
        request.Write("\r\nContent-Digest: sha-256=:"u8);
        request.Write(digestText);
        request.Write(":\r\nSignature-Input: s="u8);
        request.Write(parameters.Written);
        request.Write("\r\nSignature: s=:"u8);
        Base64.EncodeToUtf8(digest, digestText, out _, out _);
        request.Write(digestText);
        request.Write(":\r\n\r\n"u8);
        request.Write(body);
        return request.Length;
    }

    public void Dispose() => hmac.Dispose();
}
