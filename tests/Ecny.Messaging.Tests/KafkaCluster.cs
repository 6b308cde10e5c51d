using System.Diagnostics;
using Ecny.Local.Processes;
using Ecny.Testing;

namespace Ecny.Messaging.Tests;

/// <summary>Three real brokers (program <c>kafka</c>) for all tests that need them, one test after the other; each test has topics of its own.</summary>
[CollectionDefinition(nameof(KafkaCluster))]
public sealed class KafkaCluster : ICollectionFixture<KafkaCluster>, IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ecny-kafka-").FullName;
    private readonly int port = FreePorts();
    private readonly HashSet<int> killed = [];
    private Task? starting;

    public string Bootstrap => $"127.0.0.1:{port},127.0.0.1:{port + 1},127.0.0.1:{port + 2}";

    public static string NewPrefix() => $"t{Guid.NewGuid():N}.";

    public async Task<KafkaCluster> Started()
    {
        RequireProgram();
        await (starting ??= Run(folder, null, "up", $"{port}", "3"));
        return this;
    }

    public static void RequireProgram()
    {
        if (Program() is null) Requirements.Missing("kafka", "The program 'kafka' is not on PATH: put the folder of the test tools on it.");
    }

    public async Task Kill(int broker)
    {
        killed.Add(broker);
        await Run(folder, null, "stop", $"{broker}!");
    }

    public async Task KillAll()
    {
        for (var broker = 1; broker <= 3; broker++) await Kill(broker);
    }

    /// <summary>Brings back those that were killed, at once: one alone has no quorum and does not come up.</summary>
    public async Task StartAll()
    {
        await Task.WhenAll(killed.Select(broker => Run(folder, null, "start", $"{broker}")));
        killed.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (starting is null) Directory.Delete(folder);
        else await Run(folder, null, "down");
    }

    /// <summary>Runs the program; <paramref name="properties"/> names a file with lines for the brokers' configuration.</summary>
    public static async Task Run(string folder, string? properties, string verb, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program()!, [verb, folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (properties is not null) start.Environment["KAFKA_PROPERTIES"] = properties;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(180));
        Assert.True(process.ExitCode == 0, $"kafka {verb} ended with {process.ExitCode}: {await output} {await error}");
    }

    /// <summary>
    /// The first of those that three brokers and their controllers listen on. Below the ports that the system gives to clients: else a client that looks for a killed
    /// broker may take its port.
    /// </summary>
    public static int FreePorts()
    {
        for (var first = 21_000 + Random.Shared.Next(2_500); ; first++)
            if (Enumerable.Range(0, 3).All(i => FreePort.IsFree(first + i) && FreePort.IsFree(first + 100 + i))) return first;
    }

    private static string? Program() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(path => Path.Combine(path, "kafka")).FirstOrDefault(File.Exists);
}
