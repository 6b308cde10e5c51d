using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>The broker that a single machine runs inside a process.</summary>
public sealed class EmbeddedBrokerTests(PostgresFixture postgres) : CarryingSuite(postgres)
{
    protected override Task<Broker> NewBroker() => Task.FromResult<Broker>(new Embedded());

    private sealed class Embedded : Broker
    {
        private readonly EmbeddedBroker broker = EmbeddedBroker.Start();

        public override Task<IEventTransport> Connect() =>
            Task.FromResult<IEventTransport>(new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = broker.Bootstrap }, NullLogger.Instance));

        public override Task Kill() => Done(broker.Stop);

        public override Task Restart() => Done(broker.Resume);

        public override ValueTask DisposeAsync()
        {
            broker.Dispose();
            return ValueTask.CompletedTask;
        }

        private static Task Done(Action act)
        {
            act();
            return Task.CompletedTask;
        }
    }
}
