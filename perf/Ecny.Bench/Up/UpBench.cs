using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecny.Bench.Report;
using Ecny.Local.Processes;

namespace Ecny.Bench.Up;

/// <summary>
/// <c>bench up</c>: the launcher's <c>up</c> after the build, in a folder of its own and on free ports: from nothing (PostgreSQL initialised, databases
/// made, city seeded) to everything ready, and again with the data kept.
/// </summary>
internal sealed class UpBench(string repository)
{
    private const int Services = 5;

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        var home = Directory.CreateTempSubdirectory("ecny-bench-up").FullName;
        var program = Path.Combine(repository, "services", "Local", "bin", "Release", "net10.0", "ecny-local");
        BenchResult result;
        try
        {
            result = await Measure(program, home, stop);
        }
        catch (Exception failure)
        {
            // What went wrong first is what has to be read first.
            if (await CleanUp(program, home) is { } second) throw new AggregateException(failure, second);
            throw;
        }
        return await CleanUp(program, home) is { } left ? result with { Faults = [left.Message] } : result;
    }

    private static async Task<BenchResult> Measure(string program, string home, CancellationToken stop)
    {
        var port = FreeBase().ToString(CultureInfo.InvariantCulture);
        Progress.Say($"up from nothing");
        var fresh = await Time(program, home, ["up", "--port-base", port], stop);
        await Time(program, home, ["down"], stop);
        Progress.Say($"up again");
        var again = await Time(program, home, ["up", "--port-base", port], stop);
        return new BenchResult
        {
            Name = "up",
            Settings = new JsonObject { ["from"] = "nothing but the build: PostgreSQL initialised, five services started, small city seeded" },
            Figures = new JsonObject { ["seconds"] = Math.Round(fresh, 2), ["secondsWithDataKept"] = Math.Round(again, 2) },
        };
    }

    /// <summary>Wipes the city and its folder, what went wrong, if anything.</summary>
    private static async Task<Exception?> CleanUp(string program, string home)
    {
        try
        {
            await Time(program, home, ["down", "--wipe"], CancellationToken.None);
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return failure;
        }
        finally
        {
            if (Directory.Exists(home)) Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<double> Time(string program, string home, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ECNY_HOME"] = home;
        start.Environment.Remove("ECNY_POSTGRES");
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0 ? seconds : throw new InvalidOperationException($"`ecny {string.Join(' ', arguments)}` failed: {await output} {await errors}");
    }

    private static int FreeBase()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var port = FreePort.Take();
            if (port + Services < ushort.MaxValue && Enumerable.Range(port, Services).All(FreePort.IsFree)) return port;
        }
        throw new InvalidOperationException("No five free ports in a row were found.");
    }
}
