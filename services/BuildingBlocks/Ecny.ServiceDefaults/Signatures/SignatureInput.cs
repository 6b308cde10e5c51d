using Ecny.Client.Signing;

namespace Ecny.ServiceDefaults.Signatures;

/// <summary>
/// The one entry of a Signature-Input header (RFC 9421 §4.1), parsed without allocating. Accepted are any label, exactly the components of api.md
/// in their order, and the parameters created, nonce, keyid and alg, each at most once.
/// </summary>
internal readonly ref struct SignatureInput
{
    public ReadOnlySpan<char> Label { get; private init; }
    /// <summary>What stands after the label's "=": part of the signed bytes, verbatim.</summary>
    public ReadOnlySpan<char> Value { get; private init; }
    public bool CoversBody { get; private init; }
    public long Created { get; private init; }
    public ReadOnlySpan<char> Nonce { get; private init; }
    public ReadOnlySpan<char> KeyId { get; private init; }
    /// <summary>Empty when absent.</summary>
    public ReadOnlySpan<char> Algorithm { get; private init; }

    public static bool TryParse(ReadOnlySpan<char> header, out SignatureInput input)
    {
        input = default;
        var labelEnd = header.IndexOf('=');
        if (labelEnd <= 0 || !IsLabel(header[..labelEnd])) return false;
        var value = header[(labelEnd + 1)..];

        ReadOnlySpan<char> rest;
        var coversBody = value.StartsWith(SignatureBase.ComponentsWithBody, StringComparison.Ordinal);
        if (coversBody) rest = value[SignatureBase.ComponentsWithBody.Length..];
        else if (value.StartsWith(SignatureBase.ComponentsWithoutBody, StringComparison.Ordinal)) rest = value[SignatureBase.ComponentsWithoutBody.Length..];
        else return false;

        long created = -1;
        ReadOnlySpan<char> nonce = default, keyId = default, algorithm = default;
        while (!rest.IsEmpty)
        {
            if (rest[0] != ';') return false;
            rest = rest[1..];
            if (rest.StartsWith("created=", StringComparison.Ordinal))
            {
                if (created >= 0 || !TakeInteger(ref rest, "created=".Length, out created)) return false;
            }
            else if (rest.StartsWith("nonce=", StringComparison.Ordinal))
            {
                if (!nonce.IsEmpty || !TakeString(ref rest, "nonce=".Length, out nonce)) return false;
            }
            else if (rest.StartsWith("keyid=", StringComparison.Ordinal))
            {
                if (!keyId.IsEmpty || !TakeString(ref rest, "keyid=".Length, out keyId)) return false;
            }
            else if (rest.StartsWith("alg=", StringComparison.Ordinal))
            {
                if (!algorithm.IsEmpty || !TakeString(ref rest, "alg=".Length, out algorithm)) return false;
            }
            else return false;
        }
        if (created < 0 || nonce.Length is < 16 or > 64 || keyId.IsEmpty) return false;
        input = new SignatureInput
        {
            Label = header[..labelEnd], Value = value, CoversBody = coversBody, Created = created, Nonce = nonce, KeyId = keyId, Algorithm = algorithm,
        };
        return true;
    }

    /// <summary>key of RFC 9651 §3.1.2.</summary>
    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (!char.IsAsciiLetterLower(label[0]) && label[0] != '*') return false;
        foreach (var c in label)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '-' or '.' or '*')) return false;
        return true;
    }

    private static bool TakeInteger(scoped ref ReadOnlySpan<char> rest, int from, out long value)
    {
        value = 0;
        var at = from;
        for (; at < rest.Length && char.IsAsciiDigit(rest[at]); at++)
        {
            if (at - from == 15) return false;
            value = value * 10 + (rest[at] - '0');
        }
        if (at == from) return false;
        rest = rest[at..];
        return true;
    }

    /// <summary>A quoted string of printable ASCII. Escapes are not taken: no key id, nonce or algorithm needs them.</summary>
    private static bool TakeString(scoped ref ReadOnlySpan<char> rest, int from, out ReadOnlySpan<char> value)
    {
        value = default;
        if (from >= rest.Length || rest[from] != '"') return false;
        var text = rest[(from + 1)..];
        var end = text.IndexOf('"');
        if (end <= 0) return false;
        value = text[..end];
        rest = text[(end + 1)..];
        foreach (var c in value)
            if (c is < ' ' or > '~' or '\\') return false;
        return true;
    }
}
