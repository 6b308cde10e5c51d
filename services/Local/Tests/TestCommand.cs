using System.CommandLine;
using Ecny.Local.City;
using Spectre.Console;

namespace Ecny.Local.Tests;

/// <summary><c>test</c>: runs every test project and sums up. The last line is <c>N passed, N failed</c>.</summary>
internal static class TestCommand
{
    // Those that start the whole platform come last: what is cheap to find shall be found first.
    private const string Slowest = "Ecny.EndToEnd.Tests";

    public static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "Runs only tests whose full name contains this." };
        var command = new Command("test", "Runs all tests; the last line is `N passed, N failed`.") { filter };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(filter), cancel));
        return command;
    }

    private static async Task<int> Run(string? filter, CancellationToken cancel)
    {
        string results = Path.Combine(Environment.GetEnvironmentVariable("ECNY_HOME") ?? Path.Combine(ServiceBinaries.Repository, ".ecny"), "test-results");
        Directory.CreateDirectory(results);
        string[] projects =
        [
            .. Directory.EnumerateFiles(Path.Combine(ServiceBinaries.Repository, "tests"), "Ecny.*.Tests.csproj", SearchOption.AllDirectories)
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .OrderBy(name => name == Slowest)
                .ThenBy(name => name, StringComparer.Ordinal),
        ];

        int passed = 0, failed = 0, skipped = 0;
        foreach (string project in projects)
        {
            AnsiConsole.WriteLine($"── {project}");
            TestOutcome outcome = await TestProject.Run(project, filter, results, cancel);
            passed += outcome.Passed;
            failed += outcome.Failed;
            skipped += outcome.Skipped;
            AnsiConsole.WriteLine($"   {outcome.Passed} passed, {outcome.Failed} failed, {outcome.Skipped} skipped in {outcome.Seconds:0.0} s");
        }

        if (passed + failed + skipped == 0)
        {
            throw new LocalException($"No test has a name that contains \"{filter}\".");
        }

        Console.WriteLine($"{passed} passed, {failed} failed{(skipped == 0 ? "" : $", {skipped} skipped")}");
        return failed == 0 ? 0 : 1;
    }
}
