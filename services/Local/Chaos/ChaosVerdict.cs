using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;

namespace Ecny.Local.Chaos;

/// <summary>Whether every client was told the truth and nothing but the truth about its money.</summary>
/// <param name="Summary">What happened, in one line.</param>
/// <param name="Problems">What must not be; empty is right.</param>
public sealed record ChaosVerdict(string Summary, IReadOnlyList<string> Problems)
{
    internal static ChaosVerdict Of(ChaosLoad load, HistoryVerdict history, AuditReport audit)
    {
        List<string> problems = [.. history.Problems.Take(20), .. load.Failures.Distinct().Take(20)];
        if (audit.Finding is { } finding) problems.Add($"The audit found: {finding}");
        foreach (var group in load.Records.Where(record => !Expected(record)).GroupBy(record => (record.Kind, record.Answer, record.Code)))
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key.Kind} were answered {group.Key.Answer} {group.Key.Code}, e.g. {group.First().Number}"));
        foreach (var ((kind, answer, code), (count, _)) in load.History.Counts.Where(pair => pair.Key.Answer == ClientAnswer.Refused))
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{kind} {answer} {code}: {count}"));
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"{history.Records:N0} numbers: {history.Settled:N0} settled ({history.ClientAmount:N0} fen told, {history.JournalAmount:N0} fen in the journal), {history.Declined:N0} declined, {load.History.UnknownResolved:N0} unknown at first and decided in the end; audit {audit}");
        return new ChaosVerdict(summary, problems);
    }

    // Everybody has money enough and every request is right. One that a fault held up for too long is declined for good.
    private static bool Expected(ClientRecord record) => record.Answer == ClientAnswer.Settled || record is { Answer: ClientAnswer.Declined, Code: DeclineCode.EXPIRED };
}
