using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ecny.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults;

/// <summary>Query parameters of lists (<c>limit</c>, <c>cursor</c>) and feeds (<c>after</c>, <c>limit</c>).</summary>
public static class Page
{
    public const int MaxLimit = 200;

    /// <summary>1 … 200; 50 when absent.</summary>
    /// <exception cref="ApiException">INVALID_FIELD limit.</exception>
    public static int Limit(HttpContext http) => Limit(http, MaxLimit, Math.Min(50, MaxLimit));

    /// <summary>1 … <paramref name="max"/>, for feeds with another limit.</summary>
    /// <exception cref="ApiException">INVALID_FIELD limit.</exception>
    public static int Limit(HttpContext http, int max, int whenAbsent)
    {
        if (Query(http, "limit") is not { } text) return whenAbsent;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max) return limit;
        var most = max.ToString(CultureInfo.InvariantCulture);
        throw new ApiException([Field.Wrong("limit", $"必须是 1 到 {most} 的整数", $"must be an integer from 1 to {most}")]);
    }

    /// <summary>Sequence after which a feed goes on; 0 when absent.</summary>
    /// <exception cref="ApiException">INVALID_FIELD after.</exception>
    public static long After(HttpContext http)
    {
        if (Query(http, "after") is not { } text) return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw new ApiException([Field.Wrong("after", "必须是非负整数", "must be an integer of at least 0")]);
    }

    /// <summary>The key after which a list goes on, as <see cref="Cursor(string)"/> wrote it; null at the beginning.</summary>
    /// <exception cref="ApiException">INVALID_FIELD cursor.</exception>
    public static string? Cursor(HttpContext http)
    {
        if (Query(http, "cursor") is not { } text) return null;
        try
        {
            var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
            if (key.Length is > 0 and <= 200 && !key.Any(char.IsControl)) return key;
        }
        catch (FormatException)
        {
            // Not one of ours: refused below like any other wrong cursor.
        }
        throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
    }

    /// <summary>nextCursor for a list whose last item has this key; opaque to callers.</summary>
    public static string Cursor(string lastKey) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey));

    /// <summary>A query parameter that may be given once; null when absent.</summary>
    /// <exception cref="ApiException">INVALID_FIELD when given twice.</exception>
    public static string? Query(HttpContext http, string name)
    {
        var values = http.Request.Query[name];
        return values.Count switch
        {
            0 => null,
            1 => values[0],
            _ => throw new ApiException([Field.Wrong(name, "参数重复", "is given more than once")]),
        };
    }
}
