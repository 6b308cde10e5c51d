using System.Globalization;
using Ecny.Web.Preferences;

namespace Ecny.Web.Formats;

/// <summary>Amounts of fen as people write them.</summary>
public static class Money
{
    private static readonly (decimal Size, string Zh)[] Chinese = [(1_0000_0000, "亿"), (1_0000, "万")];
    private static readonly (decimal Size, string En)[] English = [(1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")];

    /// <summary>¥1,234.56</summary>
    public static string Full(long fen) => string.Create(CultureInfo.InvariantCulture, $"{(fen < 0 ? "−" : "")}¥{Math.Abs(fen / 100m):N2}");

    /// <summary>Four digits that count: ¥1,234.56 below ten thousand yuan, then ¥12.35万 and ¥1.235亿, or ¥12.35k, ¥1.235m and ¥1.235bn.</summary>
    public static string Brief(long fen, Language language) => (fen < 0 ? "−¥" : "¥") + Scale(Math.Abs(fen / 100m), language, "N2");

    /// <summary>As <see cref="Brief"/>, for amounts that are round: ¥100亿, not ¥100.0亿.</summary>
    public static string Round(long fen, Language language) => WithoutZeros(Brief(fen, language));

    /// <summary>As <see cref="Count"/>, for counts that are round.</summary>
    public static string RoundCount(long count, Language language) => WithoutZeros(Count(count, language));

    /// <summary>A count in the same way: 9,876, 12.35万, 12.35k.</summary>
    public static string Count(long count, Language language) => Scale(count, language, "N0");

    private static string WithoutZeros(string text)
    {
        var end = text.TrimEnd('亿', '万', 'k', 'm', 'b', 'n').Length;
        var number = text[..end];
        return (number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number) + text[end..];
    }

    private static string Scale(decimal value, Language language, string whole)
    {
        if (value < 10_000) return value.ToString(whole, CultureInfo.InvariantCulture);
        var (size, unit) = (language == Language.Chinese ? Chinese : English).First(one => value >= one.Item1);
        var scaled = value / size;
        var digits = scaled >= 1_000 ? "N0" : scaled >= 100 ? "N1" : scaled >= 10 ? "N2" : "N3";
        return scaled.ToString(digits, CultureInfo.InvariantCulture) + unit;
    }
}
