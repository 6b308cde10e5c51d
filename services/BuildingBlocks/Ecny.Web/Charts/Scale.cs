namespace Ecny.Web.Charts;

/// <summary>The upper end of an axis.</summary>
public static class Scale
{
    /// <summary>The smallest of 1, 2, 2.5, 4, 5, 6, 8 × 10ⁿ that is not below; so that the middle of the axis is a number to read, too.</summary>
    public static double Nice(double most)
    {
        if (most <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new[] { 1, 2, 2.5, 4, 5, 6, 8 }.Select(step => step * power).FirstOrDefault(step => step >= most, 10 * power);
    }
}
