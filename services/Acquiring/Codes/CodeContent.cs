using System.Security.Cryptography;
using System.Text;

namespace Ecny.Acquiring.Codes;

/// <summary>What a scanned code is: a merchant's static code or the dynamic code of an order.</summary>
public enum CodeKind { Static, Order }

/// <summary>
/// The text in a code that a payer scans: <c>ecny:s:CODE_NO:CHECK</c> (static) or <c>ecny:o:ORDER_NO:CHECK</c> (order). The check digits find
/// misread codes; they are no secret, because a code names a payee and grants nothing.
/// </summary>
public static class CodeContent
{
    /// <summary>Longest content that is looked at.</summary>
    public const int MaxLength = 128;

    private const string StaticPrefix = "ecny:s:", OrderPrefix = "ecny:o:";
    private const int CheckLength = 6;

    public static string Of(CodeKind kind, string number)
    {
        var body = (kind == CodeKind.Static ? StaticPrefix : OrderPrefix) + number;
        return $"{body}:{Check(body)}";
    }

    /// <summary>False for what is not a code of ours or was misread.</summary>
    public static bool TryParse(string content, out CodeKind kind, out string number)
    {
        (kind, number) = (CodeKind.Static, "");
        if (content.Length is < 8 + CheckLength or > MaxLength) return false;
        var end = content.Length - CheckLength - 1;
        var body = content[..end];
        if (content[end] != ':' || !content.EndsWith(Check(body), StringComparison.Ordinal)) return false;
        if (body.StartsWith(OrderPrefix, StringComparison.Ordinal)) kind = CodeKind.Order;
        else if (!body.StartsWith(StaticPrefix, StringComparison.Ordinal)) return false;
        number = body[StaticPrefix.Length..];
        return true;
    }

    private static string Check(string body)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(body), hash);
        return Convert.ToHexStringLower(hash[..(CheckLength / 2)]);
    }
}
