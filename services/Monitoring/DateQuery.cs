using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;

namespace Ecny.Monitoring;

/// <summary>Business dates in queries.</summary>
internal static class DateQuery
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>The parameter <c>date</c>; today in UTC+8 when absent.</summary>
    /// <exception cref="ApiException">INVALID_FIELD date.</exception>
    public static DateOnly Read(HttpContext http, TimeProvider time)
    {
        if (Page.Query(http, "date") is not { } text) return Today(time);
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new ApiException([Field.Wrong("date", "必须是 YYYY-MM-DD 格式的日期", "must be a date as YYYY-MM-DD")]);
    }

    /// <summary>The calendar date in UTC+8.</summary>
    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().ToOffset(China).DateTime);
}
