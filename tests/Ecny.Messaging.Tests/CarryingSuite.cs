using System.Collections.Concurrent;
using Ecny.Testing;

namespace Ecny.Messaging.Tests;

/// <summary>What holds, besides, where something carries messages.</summary>
public abstract class CarryingSuite(PostgresFixture postgres) : LedgerConsumerSuite(postgres)
{
    [Fact]
    public async Task entries_come_by_message_without_any_pull()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        // Only messages can bring it on: it never looks again after its start.
        var never = scene.Options with { HeadInterval = TimeSpan.FromHours(1), Grace = TimeSpan.FromHours(1) };
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt), null, never);
        await Eventually.True(() => consumer.Status.State == ConsumerState.Active, "an active consumer");
        // The subscription begins when its client is connected; until then messages are missed, and the next one shows the gap.
        await Eventually.True(() =>
        {
            scene.Journal.Append(10);
            return consumer.Status.Seq > 0;
        }, "a first message", TimeSpan.FromSeconds(60));
        await consumer.Reaches(scene.Journal.Head);
        var pulled = consumer.Status.Pulled;
        scene.Journal.Append(1_200);
        await consumer.Reaches(scene.Journal.Head);
        Assert.Equal(pulled, consumer.Status.Pulled);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task messages_of_one_key_keep_their_order()
    {
        await using var scene = await Open();
        var (teller, reader) = (await scene.Connect(), await scene.Connect());
        var told = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var listening = reader.Broadcast("ecny.test.v1", message => told.Enqueue(EventEnvelope.Parse(message).Subject), stop.Token);
        await Eventually.True(async () =>
        {
            await teller.Publish("ecny.test.v1", "k", Fact("hello"), CancellationToken.None);
            return !told.IsEmpty;
        }, "a first message", TimeSpan.FromSeconds(60));
        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => new[] { "a", "b", "c" }.Select(key => teller.Publish("ecny.test.v1", key, Fact($"{key}{i}"), CancellationToken.None))));
        await Eventually.True(() => told.Count(text => text != "hello") >= 900, "all messages");
        foreach (var key in "abc") Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{key}{i}"), told.Where(text => text[0] == key));
        await stop.CancelAsync();
        await listening;
    }

    private static byte[] Fact(string subject) =>
        new EventEnvelope { Id = subject, Source = "/test", Type = "ecny.test.happened.v1", Subject = subject, Time = DateTimeOffset.UtcNow, Data = "0"u8.ToArray() }.ToJson();
}
