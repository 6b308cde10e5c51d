using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults.Problems;

/// <summary>Accept-Language, reduced to the two languages that messages have. Without a wish it is Chinese.</summary>
internal static class Language
{
    public static bool IsChinese(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage.ToString().AsSpan();
        double chinese = -1, english = -1, any = -1;
        foreach (var range in header.Split(','))
        {
            var wish = header[range].Trim();
            var quality = 1.0;
            var semicolon = wish.IndexOf(';');
            if (semicolon >= 0)
            {
                var parameter = wish[(semicolon + 1)..].Trim();
                if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                    || !double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quality)) continue;
                wish = wish[..semicolon].Trim();
            }
            if (IsLanguage(wish, "zh")) chinese = Math.Max(chinese, quality);
            else if (IsLanguage(wish, "en")) english = Math.Max(english, quality);
            else if (wish is "*") any = quality;
        }
        if (chinese < 0) chinese = any;
        if (english < 0) english = any;
        return english <= 0 || chinese >= english;
    }

    private static bool IsLanguage(ReadOnlySpan<char> wish, string language) =>
        wish.StartsWith(language, StringComparison.OrdinalIgnoreCase) && (wish.Length == language.Length || wish[language.Length] == '-');
}
