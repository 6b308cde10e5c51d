using System.Collections.Concurrent;
using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>Facts of a service's own topics.</summary>
public sealed class OutboxTests(PostgresFixture postgres)
{
    private const string Topic = "ecny.test.v1";
    private readonly Outbox outbox = new("/ecny/test", TimeProvider.System);

    [Fact]
    public async Task sequences_have_no_gaps_though_writers_race_and_some_roll_back()
    {
        await using var database = NpgsqlDataSource.Create(await Scene.NewDatabase(postgres));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 25; i++) await Write(database, commit: (writer + i) % 3 != 0, $"{writer}-{i}", $"{writer}-{i}b");
        }));
        var stored = await new OutboxReader(database).Read(Topic, 0, 1_000, CancellationToken.None);
        Assert.NotEmpty(stored);
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => (long)i), stored.Select(fact => fact.Seq));
        Assert.Equal(stored.Select(fact => fact.Seq), stored.Select(fact => EventEnvelope.Parse(fact.Envelope).Sequence!.Value));
        Assert.Equal(stored.Skip(5).Take(3).Select(fact => fact.Seq), (await new OutboxReader(database).Read(Topic, 5, 3, CancellationToken.None)).Select(fact => fact.Seq));
    }

    [Fact]
    public async Task what_was_committed_is_published_in_order_and_after_the_broker_was_away()
    {
        await using var database = NpgsqlDataSource.Create(await Scene.NewDatabase(postgres));
        using var broker = EmbeddedBroker.Start();
        using var transport = new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = broker.Bootstrap }, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var told = new ConcurrentQueue<long>();
        var listening = transport.Broadcast(Topic, message => told.Enqueue(EventEnvelope.Parse(message).Sequence!.Value), stop.Token);
        await Eventually.True(async () =>
        {
            await transport.Publish(Topic, "k", new EventEnvelope { Id = "0", Source = "/s", Type = "t", Subject = "", Time = DateTimeOffset.UtcNow, Sequence = 0, Data = "0"u8.ToArray() }.ToJson(), CancellationToken.None);
            return !told.IsEmpty;
        }, "a first message", TimeSpan.FromSeconds(30));
        using var publisher = new OutboxPublisher(new OutboxReader(database), transport, TimeProvider.System, NullLogger<OutboxPublisher>.Instance);
        await publisher.StartAsync(CancellationToken.None);
        for (var i = 0; i < 20; i++) await Write(database, commit: i % 4 != 3, "a", "b");
        await Eventually.True(() => told.Contains(30), "what was committed, published");
        broker.Stop();
        for (var i = 0; i < 5; i++) await Write(database, commit: true, "c", "d");
        broker.Resume();
        await Eventually.True(() => told.Contains(40), "what was committed meanwhile, published", TimeSpan.FromSeconds(30));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), told.Where(seq => seq > 0).Distinct());
        await publisher.StopAsync(CancellationToken.None);
        await stop.CancelAsync();
        await listening;
    }

    /// <summary>All facts have one key, so that their order is one.</summary>
    private async Task Write(NpgsqlDataSource database, bool commit, params string[] subjects)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await outbox.Write(connection, transaction, Topic, [.. subjects.Select(subject => new OutboxFact("k", "ecny.test.happened.v1", subject, "{}"u8.ToArray()))], CancellationToken.None);
        if (commit) await transaction.CommitAsync();
        else await transaction.RollbackAsync();
    }
}
