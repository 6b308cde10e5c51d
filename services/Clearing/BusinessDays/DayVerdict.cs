using System.Globalization;
using Ecny.Clearing.Books;
using Ecny.Clearing.Comparisons;

namespace Ecny.Clearing.BusinessDays;

/// <summary>What is to be said about a day: <see cref="Same"/>, or everything that differs or was not compared.</summary>
internal static class DayVerdict
{
    public const string Same = "SAME";

    /// <summary>Acquiring reads at its own pace: that it is a moment behind is no finding, that it stands still is.</summary>
    public static readonly TimeSpan AcquiringPatience = TimeSpan.FromSeconds(5);

    /// <param name="days">The day at each shard.</param>
    /// <param name="acquiring">Null with <paramref name="compareAcquiring"/>: nothing was compared yet.</param>
    /// <param name="viewer">Who asks; null: somebody who sees everything.</param>
    public static string Of(IReadOnlyList<BookDay> days, Comparison? journal, Comparison? acquiring, bool compareAcquiring, string? viewer, DateTimeOffset now)
    {
        var findings = days.Where(day => day.Fault is not null).Select(day => day.Fault!).ToList();
        if (days.Count > 0)
        {
            Add(findings, "journal", journal, days, viewer, patient: false);
            if (compareAcquiring) Add(findings, "acquiring", acquiring, days, viewer, patient: acquiring is { UpTo.Count: > 0 } && now - acquiring.Since < AcquiringPatience);
        }
        return findings.Count == 0 ? Same : string.Join("; ", findings);
    }

    /// <summary>Whether the journal's own sums were compared to the day's end.</summary>
    public static bool IsComplete(IReadOnlyList<BookDay> days, Comparison? journal) => journal is not null && days.All(day => Reaches(journal, day));

    private static void Add(List<string> findings, string other, Comparison? comparison, IReadOnlyList<BookDay> days, string? viewer, bool patient)
    {
        if (comparison is null)
        {
            findings.Add($"{other}: not compared yet");
            return;
        }
        var mine = comparison.Differences.Where(difference => viewer is null || difference.Institution.Length == 0 || difference.Institution == viewer).ToList();
        findings.AddRange(mine.Select(difference => difference.Sentence));
        var others = comparison.Differences.Count - mine.Count;
        if (others > 0) findings.Add(string.Create(CultureInfo.InvariantCulture, $"{other}: {others} differences in totals of other institutions"));
        // Where nothing could be compared, the sentence above says why.
        if (comparison.UpTo.Count == 0 || patient) return;
        foreach (var day in days.Where(day => !Reaches(comparison, day)))
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{other}: not compared after ({day.Shard}, {comparison.UpTo.GetValueOrDefault(day.Shard)})"));
    }

    private static bool Reaches(Comparison comparison, BookDay day) => comparison.UpTo.GetValueOrDefault(day.Shard) >= (day.EndSeq ?? day.LastSeq);
}
