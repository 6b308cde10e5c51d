using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecny.Local.Replay;
using Ecny.Risk.Engine.Catalogue;
using Spectre.Console;

namespace Ecny.Local.Detect;

/// <summary><c>detect FILE</c>: how good are the rules on labelled data? Needs no running city.</summary>
internal static class DetectCommand
{
    private const int LinesShown = 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "transactions.csv or transactions.csv.xz with ground truth, and accounts.csv beside it." };
        var rules = new Option<string?>("--rules") { Description = "Only these rules, e.g. R04,R07,R08,R10." };
        var catalogue = new Option<string?>("--catalogue") { Description = "A rule catalogue (JSON) instead of the one that ships." };
        var json = new Option<bool>("--json") { Description = "Ends with the result as one JSON object on one line." };
        var command = new Command("detect", "Runs the risk rules over a labelled file in event time: recall and precision.") { file, rules, catalogue, json };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(rules), parsed.GetValue(catalogue), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string file, string? rules, string? catalogue, bool json)
    {
        var detection = new DetectRun(file, Catalogue(rules, catalogue), text => Console.Error.Write($"\r{text}          ")).Run();
        Console.Error.WriteLine();
        Show(detection);
        if (json) Console.Out.WriteLine(ToJson(detection.Score).ToJsonString());
        return 0;
    }

    private static RuleCatalogue Catalogue(string? rules, string? file)
    {
        try
        {
            if (file is not null && !File.Exists(file)) throw new LocalException($"{file} does not exist.");
            var catalogue = file is null ? RuleCatalogue.Default : RuleCatalogue.Parse(File.ReadAllText(file));
            return rules is null ? catalogue : catalogue.Only(rules.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        catch (CatalogueException e)
        {
            throw new LocalException(string.Join(Environment.NewLine, e.Errors));
        }
    }

    private static void Show(Detection detection)
    {
        var (console, score) = (AnsiConsole.Console, detection.Score);
        foreach (var line in detection.Bad.Take(LinesShown)) console.MarkupLineInterpolated($"[yellow]line {line.Line}: {line.Reason}; passed over[/]");
        if (detection.Bad.Count > LinesShown) console.MarkupLineInterpolated($"[yellow]… and {detection.Bad.Count - LinesShown} more bad lines[/]");
        var patterns = new Table().AddColumns("Pattern", "Found", "Of", "Transactions named", "Of");
        foreach (var (type, quality) in score.Patterns) patterns.AddRow(type, Number(quality.Found), Number(quality.Of), Number(quality.TransactionsNamed), Number(quality.Transactions));
        console.Write(patterns);
        var table = new Table().AddColumns("By transaction", "Recall", "Precision", "F1");
        table.AddRow("rules", Share(score.Engine.Recall), Share(score.Engine.Precision), Share(score.Engine.F1));
        table.AddRow("first payment to this counterparty", Share(score.Baseline.Recall), Share(score.Baseline.Precision), Share(score.Baseline.F1));
        console.Write(table);
        foreach (var typology in detection.Alerts.GroupBy(alert => alert.Typology).OrderBy(group => group.Key, StringComparer.Ordinal)) console.MarkupLineInterpolated($"{typology.Key}: {typology.Count():N0} alerts");
        // Not wrapped at the width of a terminal that may not be there.
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{detection.Rows:N0} rows, {score.Laundering:N0} of them laundering, {score.Named:N0} named by alerts; {detection.Bad.Count:N0} bad lines; engine {detection.EngineTime.TotalSeconds:0.00} s ({detection.Rows / Math.Max(1e-9, detection.EngineTime.TotalSeconds):N0} entries/s)."));
    }

    /// <summary>The contract of the last line with <c>--json</c>.</summary>
    internal static JsonObject ToJson(DetectionScore score)
    {
        var patterns = new JsonObject();
        foreach (var (type, quality) in score.Patterns) patterns.Add(type, new JsonObject { ["found"] = quality.Found, ["of"] = quality.Of });
        var json = ToJson(score.Engine);
        json.Add("patterns", patterns);
        json.Add("baseline", ToJson(score.Baseline));
        return json;
    }

    private static JsonObject ToJson(Quality quality) =>
        new() { ["recall"] = Math.Round(quality.Recall, 4), ["precision"] = Math.Round(quality.Precision, 4), ["f1"] = Math.Round(quality.F1, 4) };

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
