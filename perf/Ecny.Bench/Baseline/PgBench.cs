using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ecny.Bench.Load;
using Npgsql;

namespace Ecny.Bench.Baseline;

/// <summary>Runs PostgreSQL's own load generator; it costs less processor than any client of ours would, which favours the baseline.</summary>
internal sealed partial class PgBench(string program, string connectionString, string script, IReadOnlyDictionary<string, string> variables)
{
    /// <summary>Transactions a second, every client sending as fast as it is answered.</summary>
    public async Task<double> HighestRate(int clients, TimeSpan duration, CancellationToken stop)
    {
        var output = await Run(clients, duration, [], stop);
        if (Failures().Match(output) is { Success: true } failures && failures.Groups[1].Value != "0")
            throw new InvalidOperationException($"pgbench had failed transactions: {output}");
        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Latencies at a fixed rate of arrivals, counted from the moment a transaction was due.</summary>
    public async Task<LatencyHistogram> LatencyAt(double perSecond, int clients, TimeSpan duration, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("ecny-pgbench").FullName;
        try
        {
            string[] options = ["--rate", perSecond.ToString("0.0", CultureInfo.InvariantCulture), "--log", $"--log-prefix={folder}/log"];
            await Run(clients, duration, options, stop);
            var histogram = new LatencyHistogram();
            foreach (var file in Directory.EnumerateFiles(folder))
                foreach (var line in File.ReadLines(file))
                    histogram.Record(long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));
            return histogram;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> Run(int clients, TimeSpan duration, string[] options, CancellationToken stop)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", $"--client={clients}", "--jobs=2", $"--time={(int)duration.TotalSeconds}", $"--file={script}",
            .. variables.SelectMany(v => new[] { "-D", $"{v.Key}={v.Value}" }), .. options,
            "--host", server.Host!, "--port", server.Port.ToString(CultureInfo.InvariantCulture), "--username", server.Username!, server.Database!,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"pgbench failed: {await errors}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+) \(without")]
    private static partial Regex Rate();

    [GeneratedRegex(@"number of failed transactions: (\d+)")]
    private static partial Regex Failures();
}
