using System.Globalization;
using Ecny.Messaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Bench.Events;

/// <summary>A reader of the ledger's topic beside the consumers: when a run arrives here it is on the topic, so the relay is a little faster than what this says.</summary>
internal sealed class TopicWatch : IAsyncDisposable
{
    private readonly KafkaTransport transport;
    private readonly CancellationTokenSource end = new();
    private readonly Task listening;
    private readonly Lock gate = new();
    private readonly List<Moment> arrivals = [];

    public TopicWatch(string bootstrap)
    {
        transport = new KafkaTransport(new MessagingOptions { Transport = TransportKind.Kafka, Bootstrap = bootstrap }, NullLogger.Instance);
        listening = transport.Broadcast(Topics.Ledger, Take, end.Token);
    }

    /// <summary>The arrivals in the order of their sequences; what was told twice counts once, the first time.</summary>
    public IReadOnlyList<Moment> Arrivals
    {
        get
        {
            lock (gate) return [.. arrivals];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await listening;
        transport.Dispose();
        end.Dispose();
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        var micros = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        // The envelope's id is SHARD:FIRST-LAST.
        var id = EventEnvelope.Parse(message).Id;
        var last = long.Parse(id.AsSpan(id.IndexOf('-') + 1), CultureInfo.InvariantCulture);
        lock (gate)
            if (arrivals.Count == 0 || last > arrivals[^1].Seq) arrivals.Add(new Moment(last, micros));
    }
}
