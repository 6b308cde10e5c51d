using System.Net.Http.Headers;

namespace Ecny.Messaging;

/// <summary>
/// The sidecar's pub/sub: published through its HTTP API as raw payload, so that the bytes on the topic are ours; events come in through <see cref="EventDoor"/>.
/// </summary>
public sealed class DaprTransport : IEventTransport, IDisposable
{
    private const int Lanes = 64;
    private static readonly MediaTypeHeaderValue CloudEvent = new("application/cloudevents+json");

    // A sidecar that is away refuses at once; one whose broker is away takes its time.
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, Lanes).Select(static _ => new SemaphoreSlim(1, 1))];
    private readonly MessagingOptions options;
    private readonly DaprOptions dapr;
    private readonly EventDoor door;

    /// <param name="door">Started and stopped by its owner.</param>
    public DaprTransport(MessagingOptions options, EventDoor door)
    {
        (this.options, dapr, this.door) = (options, options.Dapr!, door);
        if (dapr.ApiToken.Length > 0) http.DefaultRequestHeaders.Add("dapr-api-token", dapr.ApiToken);
    }

    public bool Carries => true;

    public async Task Publish(string topic, string key, byte[] envelope, CancellationToken stop)
    {
        // Requests overtake each other; messages of one key must not.
        var lane = lanes[(uint)string.GetHashCode(key, StringComparison.Ordinal) % Lanes];
        await lane.WaitAsync(stop);
        try
        {
            using var body = new ByteArrayContent(envelope) { Headers = { ContentType = CloudEvent } };
            var target = new Uri(dapr.Url, $"/v1.0/publish/{DaprOptions.PubSub}/{options.TopicPrefix}{topic}?metadata.rawPayload=true&metadata.partitionKey={Uri.EscapeDataString(key)}");
            using var answer = await http.PostAsync(target, body, stop);
            if (!answer.IsSuccessStatusCode)
                throw new TransportException($"Not published on {topic}: the sidecar answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new TransportException($"Not published on {topic}: the sidecar at {dapr.Url} does not answer: {e.Message}", e);
        }
        finally
        {
            lane.Release();
        }
    }

    public async Task Broadcast(string topic, Action<ReadOnlyMemory<byte>> handle, CancellationToken stop)
    {
        using var open = door.Open(topic, handle);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        http.Dispose();
        foreach (var lane in lanes) lane.Dispose();
    }
}
