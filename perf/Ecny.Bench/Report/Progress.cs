using System.Diagnostics;
using System.Globalization;

namespace Ecny.Bench.Report;

/// <summary>What a benchmark is doing, with the seconds since it began; on standard error, so that standard output stays for results.</summary>
internal static class Progress
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static double Seconds => Stopwatch.GetElapsedTime(Start).TotalSeconds;

    public static void Say(FormattableString text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds,7:0.0}s  {text.ToString(CultureInfo.InvariantCulture)}"));
}
