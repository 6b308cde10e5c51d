using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Ecny.Local.City;

namespace Ecny.Local.Tests;

/// <param name="Passed">Tests that passed.</param>
/// <param name="Failed">Tests that failed, and 1 for a run that broke off.</param>
/// <param name="Skipped">Tests that did not run, each with its reason in the output.</param>
/// <param name="Seconds">Wall time.</param>
internal sealed record TestOutcome(int Passed, int Failed, int Skipped, double Seconds);

/// <summary>Runs one test project's own executable (xunit v3) and counts from its result file.</summary>
internal static class TestProject
{
    public static async Task<TestOutcome> Run(string project, string? filter, string results, CancellationToken cancel)
    {
        string program = Path.Combine(ServiceBinaries.Repository, "tests", project, "bin", "Release", "net10.0", project);
        string report = Path.Combine(results, $"{project}.xml");
        File.Delete(report);
        var start = new ProcessStartInfo(program) { WorkingDirectory = ServiceBinaries.Repository };
        foreach (string argument in (string[])["-noColor", "-noLogo", "-result-xml", report, .. filter is null ? Array.Empty<string>() : ["-method", $"*{filter}*"]])
        {
            start.ArgumentList.Add(argument);
        }

        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return Count(report, process.ExitCode, filter) with { Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    // A run that ends without a whole report (a crash) must not look like one without failures.
    private static TestOutcome Count(string report, int exitCode, string? filter)
    {
        if (!File.Exists(report))
        {
            return new TestOutcome(0, filter is null || exitCode > 2 ? 1 : 0, 0, 0);
        }

        int passed = 0, failed = 0, skipped = 0;
        foreach (XElement assembly in XDocument.Load(report).Descendants("assembly"))
        {
            passed += Number(assembly, "passed");
            failed += Number(assembly, "failed") + Number(assembly, "errors");
            skipped += Number(assembly, "skipped");
        }

        return new TestOutcome(passed, failed == 0 && exitCode != 0 && passed + skipped > 0 ? 1 : failed, skipped, 0);
    }

    private static int Number(XElement element, string attribute) =>
        int.Parse(element.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture);
}
