using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;

namespace Ecny.Clearing;

/// <summary>Business dates (UTC+8) and times as the API writes them.</summary>
internal static class Dates
{
    public const string Format = "yyyy-MM-dd";
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static string Text(DateOnly date) => date.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, UTC+8, milliseconds.</summary>
    public static string Text(DateTimeOffset time) => time.ToOffset(China).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().ToOffset(China).Date);

    public static bool TryParse(string? text, out DateOnly date) => DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <exception cref="ApiException">INVALID_FIELD.</exception>
    public static DateOnly Parse(string field, string? text) => TryParse(text, out var date) ? date : throw new ApiException([Wrong(field)]);

    public static FieldError Wrong(string field) => Field.Wrong(field, "必须是 YYYY-MM-DD 格式的日期", "must be a date as YYYY-MM-DD");
}
