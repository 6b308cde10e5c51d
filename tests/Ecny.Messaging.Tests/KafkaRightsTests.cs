using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Ecny.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>Users and rights at a real broker: a feed is read by whom it is for, and written by its owner alone.</summary>
[Collection(nameof(KafkaCluster))]
public sealed class KafkaRightsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string folder = Directory.CreateTempSubdirectory("ecny-kafka-rights-").FullName;
    private readonly int port = KafkaCluster.FreePorts();
    private bool started;

    public async ValueTask InitializeAsync()
    {
        KafkaCluster.RequireProgram();
        var properties = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(folder)}.properties");
        await File.WriteAllTextAsync(properties, $"""
            listeners=SASL_PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{port + 100}
            advertised.listeners=SASL_PLAINTEXT://127.0.0.1:{port}
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
            inter.broker.listener.name=SASL_PLAINTEXT
            sasl.enabled.mechanisms=PLAIN
            sasl.mechanism.inter.broker.protocol=PLAIN
            listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="b-password" user_broker="b-password" user_risk="risk-password" user_police="police-password" user_regulator="regulator-password";
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            super.users=User:broker;User:ANONYMOUS
            """);
        started = true;
        await KafkaCluster.Run(folder, properties, "up", $"{port}", "1");
        File.Delete(properties);
    }

    [Fact]
    public async Task a_feed_is_read_by_its_own_reader_and_refused_to_any_other()
    {
        await KafkaTopics.Ensure(As("broker", "b-password"), CancellationToken.None);
        using (var admin = new AdminClientBuilder(KafkaTransport.Common(As("broker", "b-password"))).Build())
        {
            await admin.CreateAclsAsync(
            [
                Right("risk", Topics.FeedPublicSecurity, AclOperation.Write), Right("risk", Topics.FeedRegulator, AclOperation.Write),
                Right("police", Topics.FeedPublicSecurity, AclOperation.Read), Right("regulator", Topics.FeedRegulator, AclOperation.Read),
                Right("police", "police", AclOperation.Read, ResourceType.Group), Right("regulator", "regulator", AclOperation.Read, ResourceType.Group),
            ]);
        }
        using var owner = new KafkaTransport(As("risk", "risk-password"), NullLogger.Instance);
        // A right that was given is known at the broker a moment later.
        await Eventually.True(() => IsPublished(owner, Topics.FeedPublicSecurity, "for the police"u8.ToArray()), "a right to write", Patience);
        await owner.Publish(Topics.FeedRegulator, "s2", "for the regulator"u8.ToArray(), CancellationToken.None);

        Assert.Equal("for the police"u8.ToArray(), Read("police", Topics.FeedPublicSecurity));
        Assert.Equal("for the regulator"u8.ToArray(), Read("regulator", Topics.FeedRegulator));

        Assert.Equal(Confluent.Kafka.ErrorCode.TopicAuthorizationFailed, Assert.Throws<ConsumeException>(() => Read("police", Topics.FeedRegulator)).Error.Code);
        Assert.Equal(Confluent.Kafka.ErrorCode.TopicAuthorizationFailed, Assert.Throws<ConsumeException>(() => Read("regulator", Topics.FeedPublicSecurity)).Error.Code);
        using var stranger = new KafkaTransport(As("police", "police-password"), NullLogger.Instance);
        await Assert.ThrowsAsync<TransportException>(() => stranger.Publish(Topics.FeedPublicSecurity, "s3", "forged"u8.ToArray(), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        if (started) await KafkaCluster.Run(folder, null, "down");
        else Directory.Delete(folder);
    }

    private static async Task<bool> IsPublished(KafkaTransport transport, string topic, byte[] message)
    {
        try
        {
            await transport.Publish(topic, "s", message, CancellationToken.None);
            return true;
        }
        catch (TransportException)
        {
            return false;
        }
    }

    private byte[] Read(string user, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig(KafkaTransport.Common(As(user, $"{user}-password"))) { GroupId = user, AutoOffsetReset = AutoOffsetReset.Earliest }).SetErrorHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        return consumer.Consume(Patience)?.Message.Value ?? throw new TimeoutException($"Nothing came from {topic}.");
    }

    private MessagingOptions As(string user, string password) => new()
    {
        Transport = TransportKind.Kafka, Bootstrap = $"127.0.0.1:{port}",
        Kafka = new Dictionary<string, string> { ["security.protocol"] = "sasl_plaintext", ["sasl.mechanism"] = "PLAIN", ["sasl.username"] = user, ["sasl.password"] = password },
    };

    private static AclBinding Right(string user, string name, AclOperation operation, ResourceType type = ResourceType.Topic) => new()
    {
        Pattern = new ResourcePattern { Type = type, ResourcePatternType = ResourcePatternType.Literal, Name = name },
        Entry = new AccessControlEntry { Principal = $"User:{user}", Host = "*", Operation = operation, PermissionType = AclPermissionType.Allow },
    };
}
