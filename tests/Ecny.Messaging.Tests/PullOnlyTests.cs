using Ecny.Testing;

namespace Ecny.Messaging.Tests;

/// <summary>No broker at all.</summary>
public sealed class PullOnlyTests(PostgresFixture postgres) : LedgerConsumerSuite(postgres)
{
    protected override Task<Broker> NewBroker() => Task.FromResult<Broker>(new Nothing());

    private sealed class Nothing : Broker
    {
        public override Task<IEventTransport> Connect() => Task.FromResult<IEventTransport>(new NoTransport());
        public override Task Kill() => Task.CompletedTask;
        public override Task Restart() => Task.CompletedTask;
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
