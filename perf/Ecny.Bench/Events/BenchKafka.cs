using System.Globalization;
using Ecny.Local.Processes;
using Ecny.Messaging;

namespace Ecny.Bench.Events;

/// <summary>Three real brokers (program <c>kafka</c> on PATH: <c>kafka up|down FOLDER …</c>), replication 3, for one measurement.</summary>
internal sealed class BenchKafka : IAsyncDisposable
{
    private const int Brokers = 3, Controllers = 100;
    private readonly string folder;
    private readonly int port;

    private BenchKafka(string folder, int port) => (this.folder, this.port) = (folder, port);

    public static string? Program => Find("kafka");

    public string Bootstrap => string.Join(',', Enumerable.Range(port, Brokers).Select(one => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{one}")));

    /// <summary>The brokers' processes.</summary>
    public IEnumerable<int> Processes => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Where(pid => ProcessTable.CommandLine(pid) is [var program, ..] line && program.EndsWith("java", StringComparison.Ordinal) && line.Any(word => word.Contains(folder, StringComparison.Ordinal)));

    public static async Task<BenchKafka> Start(CancellationToken stop)
    {
        var kafka = new BenchKafka(Directory.CreateTempSubdirectory("ecny-bench-kafka-").FullName, FreePorts());
        try
        {
            await Run(stop, "up", kafka.folder, kafka.port.ToString(CultureInfo.InvariantCulture), Brokers.ToString(CultureInfo.InvariantCulture));
            await KafkaTopics.Ensure(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = kafka.Bootstrap }, stop);
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Run(CancellationToken.None, "down", folder);

    /// <summary>Where a program lies on PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    private static async Task Run(CancellationToken stop, params string[] arguments)
    {
        var result = await ExternalProgram.Run(Program!, arguments, cancel: stop);
        if (!result.Succeeded) throw new InvalidOperationException($"kafka {arguments[0]} failed: {result.Tail}");
    }

    // Below the ports that the system gives to clients.
    private static int FreePorts()
    {
        for (var first = 21_000 + Random.Shared.Next(2_500); ; first++)
            if (Enumerable.Range(first, Brokers).All(one => FreePort.IsFree(one) && FreePort.IsFree(one + Controllers))) return first;
    }
}
