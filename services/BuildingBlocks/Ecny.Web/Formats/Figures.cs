using System.Globalization;

namespace Ecny.Web.Formats;

/// <summary>Numbers, shares and rates; the same in both languages.</summary>
public static class Figures
{
    /// <summary>1,234</summary>
    public static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate: one digit after the point below a hundred.</summary>
    public static string Rate(double value) => value.ToString(value >= 100 ? "N0" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A share of a whole: 12.3%; – where there is no whole.</summary>
    public static string Share(long part, long whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>0.987 → 98.7%. Only all is 100%, only nothing is 0%.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        if (percent is > 99.9 and < 100) return ">99.9%";
        if (percent is > 0 and < 0.1) return "<0.1%";
        return percent.ToString(percent is 0 or 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>For SVG: a point, two digits.</summary>
    public static string Svg(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
