using Ecny.Local.Processes;
using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>Three real brokers (program <c>kafka</c>), all killed with kill -9 where a test says so.</summary>
public sealed class KafkaTests(PostgresFixture postgres, KafkaTests.Cluster cluster) : CarryingSuite(postgres), IClassFixture<KafkaTests.Cluster>
{
    protected override async Task<Broker> NewBroker() => new OwnTopics(await cluster.Started());

    [Fact]
    public async Task one_broker_of_three_may_die()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(500);
        await consumer.Reaches(500);
        await cluster.Run("stop", "2!");
        for (var i = 0; i < 20; i++) scene.Journal.Append(100);
        await consumer.Reaches(2_500);
        await cluster.Run("start", "2");
        scene.Journal.Append(100);
        await consumer.Reaches(2_600);
        await scene.ExpectExact();
    }

    /// <summary>Brokers for all tests of this class, one test after the other; each test has topics of its own.</summary>
    public sealed class Cluster : IAsyncDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("ecny-kafka-").FullName;
        private readonly int port = FreePorts();
        private Task? starting;

        public string Bootstrap => $"127.0.0.1:{port},127.0.0.1:{port + 1},127.0.0.1:{port + 2}";

        public async Task<Cluster> Started()
        {
            if (Program() is null) Requirements.Missing("kafka", "The program 'kafka' is not on PATH: put the folder of the test tools on it.");
            await (starting ??= Run("up", $"{port}", "3"));
            return this;
        }

        public async Task Run(string verb, params string[] arguments)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Program()!, [verb, folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
            Assert.True(process.ExitCode == 0, $"kafka {verb} ended with {process.ExitCode}: {await output} {await error}");
        }

        public async ValueTask DisposeAsync()
        {
            if (starting is null) Directory.Delete(folder);
            else await Run("down");
        }

        /// <summary>
        /// The first of those that three brokers and their controllers listen on. Below the ports that the system gives to clients: else a client that looks for a
        /// killed broker may take its port.
        /// </summary>
        private static int FreePorts()
        {
            for (var first = 21_000 + Environment.ProcessId % 5_000; ; first++)
                if (Enumerable.Range(0, 3).All(i => FreePort.IsFree(first + i) && FreePort.IsFree(first + 100 + i))) return first;
        }

        private static string? Program() =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(path => Path.Combine(path, "kafka")).FirstOrDefault(File.Exists);
    }

    private sealed class OwnTopics(Cluster cluster) : Broker
    {
        private readonly string prefix = $"t{Guid.NewGuid():N}.";
        private bool killed;

        public override IEventTransport Connect() =>
            new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = cluster.Bootstrap, TopicPrefix = prefix }, NullLogger.Instance);

        public override async Task Kill()
        {
            killed = true;
            foreach (var broker in new[] { "1!", "2!", "3!" }) await cluster.Run("stop", broker);
        }

        public override async Task Restart()
        {
            // At once: one alone has no quorum and does not come up.
            await Task.WhenAll(new[] { "1", "2", "3" }.Select(broker => cluster.Run("start", broker)));
            killed = false;
        }

        public override async ValueTask DisposeAsync()
        {
            if (killed) await Restart();
        }
    }
}
