using System.Diagnostics;
using System.Globalization;

namespace Ecny.Bench.Report;

/// <summary>What a benchmark is doing, with the seconds since it began; on standard error, so that standard output stays for results.</summary>
internal static class Progress
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    /// <summary>Seconds that had passed in the process that started this one.</summary>
    public static double Earlier { get; set; }

    public static double Seconds => Earlier + Stopwatch.GetElapsedTime(Start).TotalSeconds;

    public static void Say(FormattableString text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds,7:0.0}s  {text.ToString(CultureInfo.InvariantCulture)}"));
}
