using System.Runtime.InteropServices;
using System.Text;

namespace Ecny.Messaging;

/// <summary>
/// Kafka brokers inside this process (librdkafka's mock cluster), for one machine: the real protocol on loopback, also for other processes. Keeps about 5 MiB per
/// partition in memory and silently drops the oldest, which readers that pull what is missing can bear.
/// </summary>
public sealed class EmbeddedBroker : IDisposable
{
    private readonly int brokers;
    private nint client, cluster;

    private EmbeddedBroker(nint client, nint cluster, int brokers) => (this.client, this.cluster, this.brokers) = (client, cluster, brokers);

    /// <summary>Addresses for <c>Ecny:Messaging:Bootstrap</c>.</summary>
    public string Bootstrap => Marshal.PtrToStringUTF8(Librdkafka.ClusterBootstraps(cluster))!;

    /// <exception cref="InvalidOperationException">The library cannot be loaded or does not start its brokers.</exception>
    public static EmbeddedBroker Start(int brokers = 1)
    {
        Span<byte> error = stackalloc byte[512];
        ref var text = ref MemoryMarshal.GetReference(error);
        var configuration = Librdkafka.ConfigurationNew();
        // This client only carries the brokers; that it has none to connect to is not worth a line on stderr.
        _ = Librdkafka.ConfigurationSet(configuration, "log_level", "2", ref text, (nuint)error.Length);
        var client = Librdkafka.New(Librdkafka.Producer, configuration, ref text, (nuint)error.Length);
        if (client == 0) throw new InvalidOperationException($"No embedded broker: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        var cluster = Librdkafka.ClusterNew(client, brokers);
        if (cluster != 0) return new EmbeddedBroker(client, cluster, brokers);
        Librdkafka.Destroy(client);
        throw new InvalidOperationException("No embedded broker: librdkafka does not start its brokers.");
    }

    /// <summary>Makes a topic; without this the first use makes it.</summary>
    public void CreateTopic(string topic, int partitions) => Require(Librdkafka.TopicCreate(cluster, topic, partitions, brokers), "create a topic");

    /// <summary>Cuts all connections and accepts none, as if the brokers were killed.</summary>
    public void Stop() => Each(Librdkafka.BrokerDown, "stop a broker");

    /// <summary>Accepts connections again.</summary>
    public void Resume() => Each(Librdkafka.BrokerUp, "start a broker");

    private void Each(Func<nint, int, int> act, string what)
    {
        for (var broker = 1; broker <= brokers; broker++) Require(act(cluster, broker), what);
    }

    private static void Require(int error, string what)
    {
        if (error != 0) throw new InvalidOperationException($"The embedded broker could not {what}: error {error}.");
    }

    public void Dispose()
    {
        if (cluster == 0) return;
        Librdkafka.ClusterDestroy(cluster);
        Librdkafka.Destroy(client);
        (cluster, client) = (0, 0);
    }
}
