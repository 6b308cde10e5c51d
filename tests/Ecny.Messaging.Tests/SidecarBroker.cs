using Ecny.Local.Events;
using Ecny.Local.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>Kafka behind sidecars: each client has its own. The files are those that ship, with the topics of one test.</summary>
internal sealed class SidecarBroker : Broker
{
    // In the scope of the dead letters' subscription too.
    private const string Application = "monitoring";
    private readonly KafkaCluster cluster;
    private readonly IDeadLetters letters;
    private readonly string folder = Directory.CreateTempSubdirectory("ecny-sidecars-").FullName;
    private readonly LifeGuard guard;
    private readonly List<Beside> all = [];

    public SidecarBroker(KafkaCluster cluster, IDeadLetters letters)
    {
        (this.cluster, this.letters) = (cluster, letters);
        foreach (var name in new[] { "run", "logs", "resources" }) Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var file in Directory.GetFiles(Sidecar.Resources))
        {
            var text = File.ReadAllText(file).Replace("opic: ecny.", $"opic: {Prefix}ecny.", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "resources", Path.GetFileName(file)), text);
        }
        File.WriteAllText(Path.Combine(folder, "resources", "test.yaml"), $"""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata:
              name: test
            spec:
              pubsubname: {DaprOptions.PubSub}
              topic: {Prefix}ecny.test.v1
              routes:
                default: /events/ecny.test.v1
            """);
        guard = LifeGuard.Start(folder);
    }

    public string Prefix { get; } = KafkaCluster.NewPrefix();

    public IReadOnlyList<Beside> All => all;

    public override async Task<IEventTransport> Connect()
    {
        var free = FreePort.TakeLasting(4);
        var (ports, appToken, apiToken) = (new SidecarPorts(free[0], free[1], free[2], free[3]), Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        var options = new DaprOptions { Url = new Uri($"http://127.0.0.1:{ports.Http}"), EventPort = ports.Events, AppToken = appToken, ApiToken = apiToken };
        var door = new EventDoor(options, letters, NullLogger<EventDoor>.Instance);
        await door.StartAsync(CancellationToken.None);
        var sidecar = new Sidecar($"sidecar-{all.Count + 1}", Application, folder, ports, Path.Combine(folder, "resources"), Sidecar.Environment(cluster.Bootstrap, isEmbedded: false, apiToken, appToken));
        all.Add(new Beside(sidecar, door, ports, appToken));
        sidecar.Start();
        await sidecar.WaitReady(TimeSpan.FromSeconds(60));
        return new DaprTransport(new MessagingOptions { Transport = TransportKind.Dapr, TopicPrefix = Prefix, Dapr = options }, door);
    }

    public override Task Kill() => cluster.KillAll();

    public override Task Restart() => cluster.StartAll();

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(all.Select(beside => beside.Process.End()));
        foreach (var beside in all) await beside.Door.DisposeAsync();
        guard.Dispose();
        await cluster.StartAll();
    }

    /// <summary>A sidecar and what it stands beside.</summary>
    public sealed record Beside(Sidecar Process, EventDoor Door, SidecarPorts Ports, string AppToken);
}
