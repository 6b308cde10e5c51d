using System.Globalization;
using Ecny.Web.Preferences;

namespace Ecny.Web.Formats;

/// <summary>Times for people: UTC+8, the date only where it is not today.</summary>
public static class ChinaTime
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateTimeOffset Of(DateTimeOffset time) => time.ToOffset(Offset);

    /// <summary>14:03:07</summary>
    public static string Clock(DateTimeOffset time) => Of(time).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>2026年1月5日 周一 / Mon 5 Jan 2026</summary>
    public static string Date(DateOnly date, Language language) => language == Language.Chinese
        ? string.Create(CultureInfo.InvariantCulture, $"{date.Year}年{date.Month}月{date.Day}日 周{"日一二三四五六"[(int)date.DayOfWeek]}")
        : date.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>An age: 0.4 s, 12 s, 3 min, 2 h.</summary>
    public static string Age(TimeSpan age, Language language)
    {
        var zh = language == Language.Chinese;
        var seconds = Math.Max(0, age.TotalSeconds);
        return seconds switch
        {
            < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + (zh ? " 秒" : " s"),
            < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + (zh ? " 秒" : " s"),
            < 7200 => (seconds / 60).ToString("0", CultureInfo.InvariantCulture) + (zh ? " 分" : " min"),
            _ => (seconds / 3600).ToString("0", CultureInfo.InvariantCulture) + (zh ? " 小时" : " h"),
        };
    }
}
