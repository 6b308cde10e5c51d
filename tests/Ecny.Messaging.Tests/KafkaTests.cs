using Confluent.Kafka;
using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>Three real brokers (program <c>kafka</c>), all killed with kill -9 where a test says so.</summary>
[Collection(nameof(KafkaCluster))]
public sealed class KafkaTests(PostgresFixture postgres, KafkaCluster cluster) : CarryingSuite(postgres)
{
    protected override async Task<Broker> NewBroker() => new OwnTopics(await cluster.Started());

    [Fact]
    public async Task missing_topics_are_made_with_their_partitions_and_replicas_and_others_left_alone()
    {
        await cluster.Started();
        var options = new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = cluster.Bootstrap, TopicPrefix = KafkaCluster.NewPrefix() };
        await KafkaTopics.Ensure(options, CancellationToken.None);
        await KafkaTopics.Ensure(options, CancellationToken.None);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Bootstrap }).Build();
        foreach (var plan in TopicPlan.All)
        {
            var topic = Assert.Single(admin.GetMetadata(options.TopicPrefix + plan.Name, TimeSpan.FromSeconds(10)).Topics);
            Assert.Equal((plan.Partitions, 3), (topic.Partitions.Count, topic.Partitions[0].Replicas.Length));
        }
    }

    [Fact]
    public async Task one_broker_of_three_may_die()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(500);
        await consumer.Reaches(500);
        await cluster.Kill(2);
        for (var i = 0; i < 20; i++) scene.Journal.Append(100);
        await consumer.Reaches(2_500);
        await cluster.StartAll();
        scene.Journal.Append(100);
        await consumer.Reaches(2_600);
        await scene.ExpectExact();
    }

    private sealed class OwnTopics(KafkaCluster cluster) : Broker
    {
        private readonly string prefix = KafkaCluster.NewPrefix();

        public override Task<IEventTransport> Connect() => Task.FromResult<IEventTransport>(
            new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = cluster.Bootstrap, TopicPrefix = prefix }, NullLogger.Instance));

        public override Task Kill() => cluster.KillAll();

        public override Task Restart() => cluster.StartAll();

        public override async ValueTask DisposeAsync() => await cluster.StartAll();
    }
}
