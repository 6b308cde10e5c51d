using System.Globalization;

namespace Ecny.Risk.Engine.Rules;

/// <summary>Numbers as the sentences of findings write them.</summary>
internal static class Words
{
    public static string Yuan(long fen) => string.Create(CultureInfo.InvariantCulture, $"¥{fen / 100m:N2}");

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static long Sum(IEnumerable<State.Flow> flows)
    {
        var sum = 0L;
        foreach (var flow in flows) sum = checked(sum + flow.Amount);
        return sum;
    }
}
