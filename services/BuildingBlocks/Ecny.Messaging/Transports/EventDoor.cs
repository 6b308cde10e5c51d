using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecny.Messaging;

/// <summary>
/// Where the sidecar brings events: a loopback port of its own, apart from the service's API, and only with the token that the sidecar knows. Whoever reaches the
/// service, or this host, cannot forge an event.
/// </summary>
public sealed class EventDoor(DaprOptions options, IDeadLetters deadLetters, ILogger<EventDoor> log) : IHostedService, IAsyncDisposable
{
    /// <summary>Paths of the subscriptions: <c>/events/TOPIC</c>, and for what the sidecar could not deliver <c>/events/dead-letter</c>.</summary>
    private const string Events = "/events/", DeadLetter = "dead-letter";
    private const long MostBytes = 4 * 1024 * 1024;

    private readonly byte[] token = Encoding.UTF8.GetBytes(options.AppToken);
    private readonly ConcurrentDictionary<string, ImmutableArray<Listener>> listeners = new(StringComparer.Ordinal);
    private WebApplication? server;

    /// <summary>Lets a topic's events in until the answer is disposed of. The sidecar brings each once; all that listen get it.</summary>
    public IDisposable Open(string topic, Action<ReadOnlyMemory<byte>> handle)
    {
        var listener = new Listener(handle, mine => listeners.AddOrUpdate(topic, [], (_, all) => all.Remove(mine)));
        listeners.AddOrUpdate(topic, [listener], (_, all) => all.Add(listener));
        return listener;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Listen(IPAddress.Loopback, options.EventPort);
        });
        server = builder.Build();
        server.Run(Take);
        await server.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers["dapr-api-token"].ToString()), token))
        {
            log.LogWarning("{Method} {Path} without the sidecar's token is refused", http.Request.Method, http.Request.Path);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var path = http.Request.Path.Value ?? "";
        if (!HttpMethods.IsPost(http.Request.Method) || !path.StartsWith(Events, StringComparison.Ordinal))
        {
            // The sidecar asks for what we do not have: subscriptions in code, a configuration.
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var topic = path[Events.Length..];
        if (topic == DeadLetter) await Bury(http);
        // To the sidecar 404 means "drop it", 503 "try again".
        else if (!listeners.TryGetValue(topic, out var all) || all.IsEmpty) http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else
        {
            var message = await Read(http);
            foreach (var listener in all) listener.Handle(message);
        }
    }

    private async Task Bury(HttpContext http)
    {
        try
        {
            await deadLetters.Store(await Read(http), http.RequestAborted);
        }
        catch (Exception e) when (Failures.IsTransient(e))
        {
            log.LogWarning("A dead letter cannot be stored yet: {Reason}", e.Message);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static async Task<byte[]> Read(HttpContext http)
    {
        while (true)
        {
            var read = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            http.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private sealed class Listener(Action<ReadOnlyMemory<byte>> handle, Action<Listener> close) : IDisposable
    {
        private readonly Lock one = new();

        public void Handle(ReadOnlyMemory<byte> message)
        {
            lock (one) handle(message);
        }

        public void Dispose() => close(this);
    }
}
