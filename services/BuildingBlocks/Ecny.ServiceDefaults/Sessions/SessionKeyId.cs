using System.Globalization;

namespace Ecny.ServiceDefaults.Sessions;

/// <summary>The parts of a session's key id: <c>s{master version}.{expiry, Unix seconds}.{random}.{institution}</c>.</summary>
internal readonly ref struct SessionKeyId
{
    public const int RandomLength = 22;
    public const int MaxLength = 128;

    public int Version { get; private init; }
    public long ExpiresAt { get; private init; }
    public ReadOnlySpan<char> Institution { get; private init; }

    /// <summary>False for anything that <see cref="Format"/> did not write; an institution's own key id is then looked up instead.</summary>
    public static bool TryParse(ReadOnlySpan<char> keyId, out SessionKeyId parts)
    {
        parts = default;
        if (keyId.Length is < 6 or > MaxLength || keyId[0] != 's') return false;
        var rest = keyId[1..];
        if (!TakeNumber(ref rest, 4, out var version) || !TakeNumber(ref rest, 12, out var expiresAt)) return false;
        if (rest.Length <= RandomLength + 1 || rest[RandomLength] != '.') return false;
        parts = new SessionKeyId { Version = (int)version, ExpiresAt = expiresAt, Institution = rest[(RandomLength + 1)..] };
        return true;
    }

    public static string Format(int version, long expiresAt, string random, string institution) =>
        string.Create(CultureInfo.InvariantCulture, $"s{version}.{expiresAt}.{random}.{institution}");

    private static bool TakeNumber(ref ReadOnlySpan<char> rest, int maxDigits, out long value)
    {
        value = 0;
        var dot = rest.IndexOf('.');
        if (dot <= 0 || dot > maxDigits) return false;
        foreach (var c in rest[..dot])
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = value * 10 + (c - '0');
        }
        rest = rest[(dot + 1)..];
        return true;
    }
}

/// <summary>A session whose secret was derived and has signed at least one request rightly.</summary>
internal sealed record SessionKey(string Institution, long ExpiresAt, byte[] Secret, string KeyId);
