using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Ecny.ServiceDefaults.Sessions;

/// <summary>
/// Sessions are derived, not stored: secret = HMAC-SHA256(master key of the version, key id). Every service with the same master keys derives the same.
/// Proven sessions are kept for speed in a bounded cache; losing one costs one HMAC.
/// </summary>
internal sealed class SessionKeys
{
    private const int CacheLimit = 65_536;

    private readonly ConcurrentDictionary<string, SessionKey> _proven = new();
    private readonly ConcurrentDictionary<string, SessionKey>.AlternateLookup<ReadOnlySpan<char>> _provenBySpan;
    private readonly Dictionary<int, byte[]> _masters = [];
    private readonly int _currentVersion;
    private int _count;

    public SessionKeys(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection("Ecny:Sessions:MasterKeys").GetChildren())
            _masters[int.Parse(entry.Key, CultureInfo.InvariantCulture)] = Convert.FromBase64String(entry.Value!);
        _currentVersion = int.Parse(configuration["Ecny:Sessions:CurrentVersion"]!, CultureInfo.InvariantCulture);
        _provenBySpan = _proven.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public SessionKey Open(string institution, DateTimeOffset expiresAt)
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        var expiry = expiresAt.ToUnixTimeSeconds();
        var keyId = SessionKeyId.Format(_currentVersion, expiry, System.Buffers.Text.Base64Url.EncodeToString(random), institution);
        return new SessionKey(institution, expiry, Derive(_masters[_currentVersion], keyId), keyId);
    }

    /// <summary>The session of a key id, from the cache or derived. False when its master key is not known (retired).</summary>
    public bool TryGet(ReadOnlySpan<char> keyId, in SessionKeyId parts, out SessionKey session)
    {
        if (_provenBySpan.TryGetValue(keyId, out session!)) return true;
        if (!_masters.TryGetValue(parts.Version, out var master)) return false;
        var text = keyId.ToString();
        session = new SessionKey(parts.Institution.ToString(), parts.ExpiresAt, Derive(master, text), text);
        return true;
    }

    /// <summary>Keeps a session after its first right signature, so that invented key ids cannot fill the cache.</summary>
    public void Proven(SessionKey session)
    {
        if (!_proven.TryAdd(session.KeyId, session)) return;
        if (Interlocked.Increment(ref _count) <= CacheLimit) return;
        _proven.Clear();
        Interlocked.Exchange(ref _count, 0);
    }

    private static byte[] Derive(byte[] master, string keyId) => HMACSHA256.HashData(master, Encoding.ASCII.GetBytes(keyId));
}
