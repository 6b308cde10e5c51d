using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Ecny.Messaging;

/// <summary>Makes the platform's topics at a Kafka. What is there stays as it is.</summary>
public static class KafkaTopics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Whether Kafka answers.</summary>
    public static async Task<bool> Answers(MessagingOptions options, CancellationToken stop)
    {
        using var admin = Client(options);
        try
        {
            await Task.Run(() => admin.GetMetadata(Patience), stop);
            return true;
        }
        catch (KafkaException)
        {
            // What was asked.
            return false;
        }
    }

    /// <exception cref="TransportException">Kafka does not answer, or does not let us.</exception>
    public static async Task Ensure(MessagingOptions options, CancellationToken stop)
    {
        using var admin = Client(options);
        try
        {
            var told = await Task.Run(() => admin.GetMetadata(Patience), stop);
            var known = told.Topics.Select(topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
            List<TopicSpecification> missing = [.. TopicPlan.All.Where(plan => !known.Contains(options.TopicPrefix + plan.Name)).Select(plan => Specification(plan, options, told.Brokers.Count))];
            if (missing.Count > 0) await admin.CreateTopicsAsync(missing, new CreateTopicsOptions { RequestTimeout = Patience, OperationTimeout = Patience });
        }
        catch (CreateTopicsException e) when (e.Results.All(result => result.Error.Code is Confluent.Kafka.ErrorCode.NoError or Confluent.Kafka.ErrorCode.TopicAlreadyExists))
        {
            // Somebody else made them at the same time.
            return;
        }
        catch (CreateTopicsException e)
        {
            throw new TransportException($"Kafka at {options.Bootstrap} does not make the topics: {string.Join("; ", e.Results.Where(result => result.Error.IsError).Select(result => $"{result.Topic}: {result.Error.Reason}"))}", e);
        }
        catch (KafkaException e)
        {
            throw new TransportException($"Kafka at {options.Bootstrap} does not answer: {e.Error.Reason}", e);
        }
    }

    // What it has to say, its exceptions say too.
    private static IAdminClient Client(MessagingOptions options) =>
        new AdminClientBuilder(KafkaTransport.Common(options)).SetErrorHandler(static (_, _) => { }).SetLogHandler(static (_, _) => { }).Build();

    // Survives the loss of one broker of three without a message lost or refused.
    private static TopicSpecification Specification(TopicPlan plan, MessagingOptions options, int brokers) => new()
    {
        Name = options.TopicPrefix + plan.Name, NumPartitions = plan.Partitions, ReplicationFactor = (short)Math.Min(3, brokers),
        Configs = new Dictionary<string, string> { ["min.insync.replicas"] = brokers >= 3 ? "2" : "1", ["cleanup.policy"] = plan.IsCompacted ? "compact" : "delete" },
    };
}
