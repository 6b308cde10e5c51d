using System.Security.Cryptography;
using Ecny.Client.Signing;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>
/// Verifies the one signature of a request (RFC 9421 as api.md narrows it), in this order: is there one, is the key known, is <c>created</c> within the window,
/// is the signature right. The digest and the nonce come after the body has been read (<see cref="Access.RequestGate"/>).
/// </summary>
internal sealed class RequestVerifier(InstitutionDirectory directory, SessionKeys sessions, TimeProvider clock)
{
    private const int MaxOnStack = 1024;

    /// <exception cref="ApiException">SIGNATURE_MISSING, SIGNATURE_INVALID, SIGNATURE_EXPIRED or UNAVAILABLE.</exception>
    public VerifiedSignature Verify(HttpContext http, bool hasBody)
    {
        var headers = http.Request.Headers;
        var inputHeader = headers["Signature-Input"];
        var signatureHeader = headers["Signature"];
        if (inputHeader.Count == 0 && signatureHeader.Count == 0) throw new ApiException(ApiCode.SIGNATURE_MISSING);
        if (inputHeader.Count != 1 || signatureHeader.Count != 1) throw Invalid();
        if (!SignatureInput.TryParse(inputHeader[0], out var input)) throw Invalid();
        if (hasBody && !input.CoversBody) throw Invalid();
        Span<byte> signature = stackalloc byte[66];
        var signatureLength = SignatureHeaders.TryReadSignature(signatureHeader[0], input.Label, signature);
        if (signatureLength < 0) throw Invalid();
        signature = signature[..signatureLength];
        if (!directory.IsLoaded) throw new ApiException(ApiCode.UNAVAILABLE);

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return SessionKeyId.TryParse(input.KeyId, out var parts)
            ? BySession(http, input, parts, signature, now)
            : ByOwnKey(http, input, signature, now);
    }

    private VerifiedSignature BySession(HttpContext http, scoped in SignatureInput input, scoped in SessionKeyId parts, scoped ReadOnlySpan<byte> signature, long now)
    {
        if (!sessions.TryGet(input.KeyId, parts, out var session) || !directory.TryGetMember(session.Institution, out var member)) throw Invalid();
        RequireAlgorithm(input, SignatureAlgorithms.HmacSha256);
        RequireInWindow(input, now);
        if (session.ExpiresAt <= now) throw new ApiException(ApiCode.SIGNATURE_EXPIRED);
        if (!IsRight(http, input, signature, session.Secret, null)) throw Invalid();
        sessions.Proven(session);
        return new VerifiedSignature(member, session.KeyId, true, input.Created, Digest(http, input), input.Nonce);
    }

    private VerifiedSignature ByOwnKey(HttpContext http, scoped in SignatureInput input, scoped ReadOnlySpan<byte> signature, long now)
    {
        if (!directory.TryGetKey(input.KeyId, out var key)) throw Invalid();
        RequireAlgorithm(input, key.Verifier.Algorithm);
        RequireInWindow(input, now);
        if (!IsRight(http, input, signature, null, key.Verifier)) throw Invalid();
        return new VerifiedSignature(key.Member, key.KeyId, false, input.Created, Digest(http, input), input.Nonce);
    }

    private static bool IsRight(HttpContext http, scoped in SignatureInput input, ReadOnlySpan<byte> signature, byte[]? secret, SignatureVerifier? verifier)
    {
        var host = http.Request.Headers.Host;
        if (host.Count != 1) return false;
        var authority = host[0].AsSpan();
        var target = Target(http);
        var digest = Digest(http, input);
        var method = http.Request.Method;
        var size = SignatureBase.MaxLength(method.Length, authority.Length, target.Length, digest?.Length ?? 0, input.Value.Length);
        var buffer = size <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[size];
        var length = SignatureBase.TryWrite(buffer, method, authority, target, digest, input.Value);
        if (length < 0) return false;
        if (verifier is not null) return verifier.Verify(buffer[..length], signature);
        Span<byte> expected = stackalloc byte[32];
        HMACSHA256.HashData(secret!, buffer[..length], expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    /// <summary>Path and query as on the wire; of a request line in absolute form (a proxy's) what follows the authority.</summary>
    private static ReadOnlySpan<char> Target(HttpContext http)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        if (raw.StartsWith("/", StringComparison.Ordinal)) return raw;
        var scheme = raw.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return raw;
        var afterScheme = raw[(scheme + 3)..];
        var path = afterScheme.IndexOfAny('/', '?');
        return path < 0 ? "/" : afterScheme[path..];
    }

    private static string? Digest(HttpContext http, scoped in SignatureInput input)
    {
        if (!input.CoversBody) return null;
        StringValues digest = http.Request.Headers["Content-Digest"];
        return digest is [{ Length: > 0 } value] ? value : throw Invalid();
    }

    private static void RequireAlgorithm(in SignatureInput input, string expected)
    {
        if (!input.Algorithm.IsEmpty && !input.Algorithm.SequenceEqual(expected)) throw Invalid();
    }

    private static void RequireInWindow(in SignatureInput input, long now)
    {
        if (Math.Abs(now - input.Created) > SignatureWindow.Seconds) throw new ApiException(ApiCode.SIGNATURE_EXPIRED);
    }

    private static ApiException Invalid() => new(ApiCode.SIGNATURE_INVALID);
}

/// <summary>A right signature. <see cref="Nonce"/> lies in the header's string.</summary>
/// <param name="digest">Content-Digest to compare the body with; null when it is not covered (there is no body).</param>
internal readonly ref struct VerifiedSignature(
    InstitutionDirectory.Member member, string keyId, bool isSession, long created, string? digest, ReadOnlySpan<char> nonce)
{
    public InstitutionDirectory.Member Member { get; } = member;
    public string KeyId { get; } = keyId;
    public bool IsSession { get; } = isSession;
    public long Created { get; } = created;
    public string? Digest { get; } = digest;
    public ReadOnlySpan<char> Nonce { get; } = nonce;
}
