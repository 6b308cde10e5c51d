using System.Net;
using System.Net.Http.Headers;
using Ecny.Local.Events;
using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>Real sidecars (program <c>daprd</c>), one beside each relay and consumer, on three real brokers.</summary>
[Collection(nameof(KafkaCluster))]
public sealed class DaprTests(PostgresFixture postgres, KafkaCluster cluster) : CarryingSuite(postgres)
{
    protected override async Task<Broker> NewBroker() => await Sidecars(null);

    [Fact]
    public async Task a_killed_sidecar_loses_nothing_and_comes_back_by_itself()
    {
        var sidecars = await Sidecars(null);
        await using var scene = await Open(sidecars);
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(300);
        await consumer.Reaches(300);
        foreach (var sidecar in sidecars.All)
        {
            await sidecar.Process.Kill9();
            scene.Journal.Append(100);
            await consumer.Reaches(scene.Journal.Head);
        }
        foreach (var sidecar in sidecars.All) await sidecar.Process.WaitReady(TimeSpan.FromSeconds(60));
        await Eventually.True(() =>
        {
            scene.Journal.Append(10);
            return consumer.Status.Applied - consumer.Status.Pulled > 400;
        }, "entries by message again", TimeSpan.FromSeconds(60));
        await consumer.Reaches(scene.Journal.Head);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task an_event_without_the_sidecars_token_is_refused()
    {
        var sidecars = await Sidecars(null);
        await using var scene = await Open(sidecars);
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        await Eventually.True(() => consumer.Status.State == ConsumerState.Active, "an active consumer");
        var door = sidecars.All.Single();
        scene.Journal.Append(5);
        await consumer.Reaches(5);
        var forged = new TestJournal();
        forged.Append(9);
        using var http = new HttpClient();
        foreach (var token in new[] { null, "", "wrong", $"{door.AppToken}x", door.AppToken[1..] })
        {
            foreach (var path in new[] { "/events/ecny.ledger.v1", "/events/dead-letter", "/" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{door.Ports.Events}{path}")) { Content = Json(forged.Run(6, 9)) };
                if (token is not null) request.Headers.Add("dapr-api-token", token);
                using var answer = await http.SendAsync(request);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            }
        }
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{OtherAddress()}:{door.Ports.Events}/")));
        scene.Journal.Append(1);
        await consumer.Reaches(6);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task what_is_no_event_is_kept_as_a_dead_letter_and_holds_nothing_up()
    {
        var letters = new Letters();
        var sidecars = await Sidecars(letters);
        await using var scene = await Open(sidecars);
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(10);
        await consumer.Reaches(10);
        using var stranger = new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = cluster.Bootstrap, TopicPrefix = sidecars.Prefix }, NullLogger.Instance);
        await Eventually.True(async () =>
        {
            await stranger.Publish(Topics.Ledger, "0", "no event at all"u8.ToArray(), CancellationToken.None);
            return letters.Taken > 0;
        }, "a dead letter", TimeSpan.FromSeconds(60));
        // By message, so behind what could not be read.
        var before = consumer.Status.Applied - consumer.Status.Pulled;
        await Eventually.True(() =>
        {
            scene.Journal.Append(10);
            return consumer.Status.Applied - consumer.Status.Pulled > before + 50;
        }, "entries by message", TimeSpan.FromSeconds(60));
        await consumer.Reaches(scene.Journal.Head);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task the_bytes_on_the_topic_are_ours_and_so_are_those_that_arrive()
    {
        var sidecars = await Sidecars(null);
        await using var scene = await Open(sidecars);
        var (teller, reader) = (await scene.Connect(), await scene.Connect());
        using var kafka = new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = cluster.Bootstrap, TopicPrefix = sidecars.Prefix }, NullLogger.Instance);
        scene.Journal.Append(1);
        var sent = scene.Journal.Run(1, 1);
        byte[]? onTopic = null, arrived = null;
        using var stop = new CancellationTokenSource();
        var listening = Task.WhenAll(
            kafka.Broadcast(Topics.Ledger, message => onTopic = message.ToArray(), stop.Token), reader.Broadcast(Topics.Ledger, message => arrived = message.ToArray(), stop.Token));
        await Eventually.True(async () =>
        {
            await teller.Publish(Topics.Ledger, "0", sent, CancellationToken.None);
            return onTopic is not null && arrived is not null;
        }, "the message on both ways", TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await listening;
        Assert.Equal(sent, onTopic);
        Assert.Equal(sent, arrived);
    }

    [Fact]
    public async Task a_dead_letter_is_stored()
    {
        await using var database = NpgsqlDataSource.Create(await NewDatabase());
        await new DeadLetters(database, NullLogger<DeadLetters>.Instance).Store("x"u8.ToArray(), CancellationToken.None);
        await using var command = database.CreateCommand("SELECT body FROM messaging.dead_letter");
        Assert.Equal("x"u8.ToArray(), await command.ExecuteScalarAsync() as byte[]);
    }

    private async Task<SidecarBroker> Sidecars(IDeadLetters? letters)
    {
        if (Sidecar.Program is null) Requirements.Missing("dapr", "The program 'daprd' is not on PATH: put the folder of the test tools on it.");
        return new SidecarBroker(await cluster.Started(), letters ?? new Letters());
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Loopback, but not the address that is listened on.</summary>
    private static IPAddress OtherAddress() => IPAddress.Parse("127.0.0.2");

    private sealed class Letters : IDeadLetters
    {
        private int taken;

        public int Taken => Volatile.Read(ref taken);

        public Task Store(byte[] letter, CancellationToken stop)
        {
            Interlocked.Increment(ref taken);
            return Task.CompletedTask;
        }
    }
}
