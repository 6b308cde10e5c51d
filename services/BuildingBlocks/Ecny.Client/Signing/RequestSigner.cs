using System.Globalization;
using System.Security.Cryptography;
using Ecny.Contracts.Institutions;

namespace Ecny.Client.Signing;

/// <summary>Signs requests with an institution's own ECDSA key or with a session's key. Safe for many threads.</summary>
public sealed class RequestSigner : IDisposable
{
    private const int MaxSignature = 64;

    private readonly byte[]? _secret;
    private readonly ECDsa? _key;
    private readonly Lock _keyLock = new();
    private readonly string _tail;
    // A nonce has to be unique, not unpredictable: random per signer, then counted.
    private readonly string _noncePrefix = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private long _nonces;

    private RequestSigner(string keyId, string algorithm, byte[]? secret, ECDsa? key)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        _secret = secret;
        _key = key;
        _tail = $"\";keyid=\"{keyId}\";alg=\"{algorithm}\"";
    }

    public string KeyId { get; }
    public string Algorithm { get; }

    /// <summary>An institution's own key: EC P-256 private key as PEM (PKCS#8 or SEC 1).</summary>
    public static RequestSigner FromPem(string keyId, string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new RequestSigner(keyId, SignatureAlgorithms.EcdsaP256Sha256, null, key);
    }

    /// <summary>A session's key.</summary>
    /// <param name="secretBase64">The <c>secret</c> of the answer to POST /v1/sessions.</param>
    public static RequestSigner FromSession(string keyId, string secretBase64) =>
        new(keyId, SignatureAlgorithms.HmacSha256, Convert.FromBase64String(secretBase64), null);

    /// <summary>Signs for <c>created</c> = now with a new nonce.</summary>
    /// <param name="authority">Host header that will be sent (host, and port unless it is the scheme's default).</param>
    /// <param name="target">Path and query as they will be on the wire.</param>
    public SignedHeaders Sign(string method, string authority, string target, ReadOnlySpan<byte> body)
    {
        Span<char> digest = stackalloc char[SignedRequestWriter.DigestLength];
        var digestLength = body.IsEmpty ? 0 : SignedRequestWriter.WriteDigest(body, digest);
        Span<char> parameters = stackalloc char[400];
        var parametersLength = WriteParameters(parameters, body.IsEmpty, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Span<char> signature = stackalloc char[4 + MaxSignature * 2];
        var signatureLength = SignParameters(method, authority, target, digest[..digestLength], parameters[..parametersLength], signature);
        return new SignedHeaders(
            new string(digest[..digestLength]),
            string.Concat("sig=", parameters[..parametersLength]),
            string.Concat("sig=", signature[..signatureLength]));
    }

    internal int WriteParameters(Span<char> destination, bool withoutBody, long created)
    {
        var nonce = Interlocked.Increment(ref _nonces);
        destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"{(withoutBody ? SignatureBase.ComponentsWithoutBody : SignatureBase.ComponentsWithBody)};created={created};nonce=\"{_noncePrefix}{nonce:x16}{_tail}",
            out var written);
        return written;
    }

    /// <returns>Length of <c>:base64:</c>.</returns>
    internal int SignParameters(
        ReadOnlySpan<char> method, ReadOnlySpan<char> authority, ReadOnlySpan<char> target, ReadOnlySpan<char> digest, ReadOnlySpan<char> parameters, Span<char> destination)
    {
        var size = SignatureBase.MaxLength(method.Length, authority.Length, target.Length, digest.Length, parameters.Length);
        var buffer = size <= 1024 ? stackalloc byte[size] : new byte[size];
        var length = SignatureBase.TryWrite(buffer, method, authority, target, digest, parameters);
        if (length < 0) throw new ArgumentException("Method, authority, path and query must be ASCII as on the wire.", nameof(target));
        Span<byte> signature = stackalloc byte[MaxSignature];
        int written;
        if (_secret is not null) written = HMACSHA256.HashData(_secret, buffer[..length], signature);
        else lock (_keyLock) written = _key!.SignData(buffer[..length], signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        destination[0] = ':';
        Convert.TryToBase64Chars(signature[..written], destination[1..], out var characters);
        destination[characters + 1] = ':';
        return characters + 2;
    }

    public void Dispose() => _key?.Dispose();
}
