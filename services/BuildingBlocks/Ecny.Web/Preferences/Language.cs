using Microsoft.AspNetCore.Http;

namespace Ecny.Web.Preferences;

/// <summary>The two languages that every page has in full.</summary>
public enum Language
{
    Chinese = 1,
    English = 2,
}

/// <summary>Which language a person reads.</summary>
public static class Languages
{
    /// <summary>Remembers the choice for a year.</summary>
    public const string Cookie = "ecny-language";

    /// <summary>The value of <c>lang</c> and of the cookie.</summary>
    public static string Tag(this Language language) => language == Language.Chinese ? "zh-CN" : "en";

    /// <summary>What was chosen before, else what the browser asks for first; Chinese without a wish.</summary>
    public static Language Of(HttpContext? http) => http?.Request.Cookies[Cookie] switch
    {
        "en" => Language.English,
        "zh-CN" => Language.Chinese,
        _ => http?.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(wish => wish.Quality ?? 1).Select(wish => wish.Value.Value ?? "")
            .FirstOrDefault(wish => wish.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || wish.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            ?.StartsWith("en", StringComparison.OrdinalIgnoreCase) == true ? Language.English : Language.Chinese,
    };
}
