using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Ecny.Bench.Report;

/// <summary>Prints the table, saves the result under perf/results, and ends with the JSON line where it was asked for.</summary>
internal sealed class Reporter(string repository, bool json)
{
    public void Publish(BenchResult result)
    {
        var commit = Commit();
        var machine = MachineFacts.Read(repository);
        var document = result.ToJson(machine, commit);

        var table = new Table().Title(Markup.Escape($"{result.Name} · {commit} · {machine.Cores} cores, {machine.Memory}, {machine.Disk}"));
        table.AddColumn("figure");
        table.AddColumn(new TableColumn("measured").RightAligned());
        if (result.Baseline.Count > 0) table.AddColumn(new TableColumn("baseline").RightAligned());
        foreach (var (name, value) in result.Figures) Row(table, name, value, result.Baseline);
        foreach (var (name, value) in result.Baseline.Where(b => !result.Figures.ContainsKey(b.Key))) table.AddRow(Markup.Escape(name), "", Text(value));
        AnsiConsole.Write(table);
        foreach (var (name, value) in result.Settings) Console.WriteLine($"  {name}: {Text(value)}");
        foreach (var fault in result.Faults) Console.WriteLine($"FAULT: {fault}");

        var folder = Directory.CreateDirectory(Path.Combine(repository, "perf", "results")).FullName;
        var date = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var line = document.ToJsonString();
        File.WriteAllText(Path.Combine(folder, $"{result.Name}-{date}-{commit}.json"), line + "\n");
        if (json) Console.WriteLine(line);
    }

    private static void Row(Table table, string name, JsonNode? value, JsonObject baseline)
    {
        if (baseline.Count > 0) table.AddRow(Markup.Escape(name), Text(value), baseline.TryGetPropertyValue(name, out var other) ? Text(other) : "");
        else table.AddRow(Markup.Escape(name), Text(value));
    }

    private static string Text(JsonNode? value)
    {
        if (value is JsonValue number && number.TryGetValue(out double d))
            return d.ToString(Math.Abs(d) >= 1000 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
        return Markup.Escape(value?.ToString() ?? "");
    }

    private string Commit()
    {
        var start = new ProcessStartInfo("git", ["-C", repository, "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start)!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 && text.Length > 0 ? text : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown"; // a source archive on a machine without git is a fine place to measure
        }
    }
}
