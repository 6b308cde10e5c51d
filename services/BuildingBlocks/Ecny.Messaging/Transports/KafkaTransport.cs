using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Ecny.Messaging;

/// <summary>Kafka by librdkafka. The embedded broker speaks the same protocol.</summary>
public sealed class KafkaTransport : IEventTransport, IDisposable
{
    private static readonly TimeSpan MetadataPatience = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromSeconds(1);

    private readonly MessagingOptions options;
    private readonly ILogger log;
    private readonly Lazy<IProducer<byte[], byte[]>> producer;

    public KafkaTransport(MessagingOptions options, ILogger log)
    {
        (this.options, this.log) = (options, log);
        producer = new Lazy<IProducer<byte[], byte[]>>(() => new ProducerBuilder<byte[], byte[]>(ProducerSettings()).SetErrorHandler((_, error) => Trouble(error)).SetLogHandler(Quiet).Build());
    }

    public bool Carries => true;

    public async Task Publish(string topic, string key, byte[] envelope, CancellationToken stop)
    {
        try
        {
            await producer.Value.ProduceAsync(options.TopicPrefix + topic, new Message<byte[], byte[]> { Key = System.Text.Encoding.UTF8.GetBytes(key), Value = envelope }, stop);
        }
        catch (KafkaException e)
        {
            throw new TransportException($"Not published on {topic}: {e.Error.Reason}", e);
        }
    }

    // librdkafka's poll blocks its thread.
    public Task Broadcast(string topic, Action<ReadOnlyMemory<byte>> handle, CancellationToken stop) =>
        Task.Factory.StartNew(() => Listen(options.TopicPrefix + topic, handle, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Listen(string topic, Action<ReadOnlyMemory<byte>> handle, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var consumer = new ConsumerBuilder<Ignore, byte[]>(ConsumerSettings()).SetErrorHandler((_, error) => Trouble(error)).SetLogHandler(Quiet).Build();
                // Assigned, not subscribed: there is no group to join or to rebalance, and no offset to remember. The consumer's own cursor is its place.
                consumer.Assign(Partitions(consumer, topic).Select(partition => new TopicPartitionOffset(partition, Offset.End)));
                while (true) handle(consumer.Consume(stop).Message.Value);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (KafkaException e)
            {
                log.LogWarning("No messages from {Topic}: {Reason}; trying again", topic, e.Error.Reason);
            }
            stop.WaitHandle.WaitOne(Pause);
        }
    }

    private static List<TopicPartition> Partitions(IConsumer<Ignore, byte[]> consumer, string topic)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var told = admin.GetMetadata(topic, MetadataPatience).Topics.Single(known => known.Topic == topic);
        if (told.Error.IsError || told.Partitions.Count == 0) throw new KafkaException(told.Error.IsError ? told.Error : new Error(Confluent.Kafka.ErrorCode.UnknownTopicOrPart));
        return [.. told.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))];
    }

    private ProducerConfig ProducerSettings()
    {
        var settings = new ProducerConfig(Common(options))
        {
            Acks = Acks.All, LingerMs = 2, MessageTimeoutMs = 10_000, MessageMaxBytes = 2 * 1024 * 1024,
            // Repeated sends keep their order; a repeated message is dropped by its reader.
            MaxInFlight = 1,
        };
        // The choice of partition that the sidecar's client makes too.
        settings.Set("partitioner", "fnv1a_random");
        return settings;
    }

    private ConsumerConfig ConsumerSettings() => new(Common(options))
    {
        GroupId = "ecny", EnableAutoCommit = false, EnableAutoOffsetStore = false, AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 10, FetchMinBytes = 1,
        AllowAutoCreateTopics = true, FetchErrorBackoffMs = 100,
    };

    /// <summary>Settings of every client.</summary>
    internal static Dictionary<string, string> Common(MessagingOptions options) => new(options.Kafka)
    {
        ["bootstrap.servers"] = options.Bootstrap, ["socket.keepalive.enable"] = "true", ["reconnect.backoff.max.ms"] = "1000", ["topic.metadata.refresh.interval.ms"] = "10000",
    };

    private void Trouble(Error error) => log.LogDebug("Kafka: {Reason}", error.Reason);

    private void Quiet<TClient>(TClient client, LogMessage message) => log.LogDebug("Kafka: {Message}", message.Message);

    public void Dispose()
    {
        if (!producer.IsValueCreated) return;
        producer.Value.Flush(TimeSpan.FromSeconds(2));
        producer.Value.Dispose();
    }
}
