using System.Globalization;
using Ecny.Ledger.Audit;
using Spectre.Console;

namespace Ecny.Local.Simulator;

/// <summary>The one table at the end of the demo, and its verdict.</summary>
internal static class DemoReport
{
    public static void Write(IAnsiConsole console, ClientHistory history)
    {
        var (p50, p95, p99) = history.Latencies();
        var table = new Table { Title = new TableTitle("What the clients saw") }.Border(TableBorder.Rounded);
        table.AddColumn("");
        table.AddColumn(new TableColumn("Count").RightAligned());
        table.AddColumn(new TableColumn("Yuan").RightAligned());
        table.AddRow("Requests that move money", Count(history.Total), "");
        foreach (var group in history.Counts.Where(c => c.Key.Answer == ClientAnswer.Settled).OrderBy(c => c.Key.Kind))
            table.AddRow($"[green]settled[/] {group.Key.Kind}", Count(group.Value.Count), Yuan(group.Value.Amount));
        foreach (var group in history.Counts.Where(c => c.Key.Answer == ClientAnswer.Declined).GroupBy(c => c.Key.Code).OrderBy(c => c.Key, StringComparer.Ordinal))
            table.AddRow($"[yellow]declined[/] {group.Key}", Count(group.Sum(c => c.Value.Count)), Yuan(group.Sum(c => c.Value.Amount)));
        foreach (var group in history.Counts.Where(c => c.Key.Answer == ClientAnswer.Refused).GroupBy(c => c.Key.Code))
            table.AddRow($"[red]refused[/] {group.Key}", Count(group.Sum(c => c.Value.Count)), Yuan(group.Sum(c => c.Value.Amount)));
        table.AddRow("unknown at first, resolved", Count(history.UnknownResolved), "");
        table.AddRow("unknown at the end", Count(history.Counts.Where(c => c.Key.Answer == ClientAnswer.Unknown).Sum(c => c.Value.Count)), "");
        table.AddRow("answered at once, p50 / p95 / p99", string.Create(CultureInfo.InvariantCulture, $"{p50:0.0} / {p95:0.0} / {p99:0.0} ms"), "");
        console.Write(table);
    }

    public static void WriteVerdict(IAnsiConsole console, HistoryVerdict verdict, AuditReport audit)
    {
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Clients: {verdict.Settled:N0} settled, ¥{verdict.ClientAmount / 100m:N2}. Journal: the same numbers, ¥{verdict.JournalAmount / 100m:N2}.");
        foreach (var problem in verdict.Problems.Take(10)) console.MarkupLineInterpolated($"[red]{problem}[/]");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Audit: {audit.Entries:N0} entries, {audit.Wallets:N0} wallets: {(audit.Finding is null ? "all invariants hold" : audit.Finding.ToString())}.");
        var good = verdict.AddsUp && audit.Finding is null;
        console.MarkupLine(good
            ? "[bold green]Verdict: exact.[/] Everything accepted is settled once, everything settled was accepted, to the fen."
            : $"[bold red]Verdict: does not add up[/] ({verdict.ProblemCount} contradictions).");
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Yuan(long fen) => fen == 0 ? "" : (fen / 100m).ToString("N2", CultureInfo.InvariantCulture);
}
