using System.Collections.Concurrent;
using System.Net;

namespace Ecny.EndToEnd.Tests.Telemetry;

/// <summary>Receives OTLP over HTTP in this process and keeps the spans and the names of metrics.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;

    private OtlpReceiver(HttpListener listener, Uri address)
    {
        (_listener, Address) = (listener, address);
        _serving = Serve();
    }

    public Uri Address { get; }

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    /// <summary>Names of metrics by "service/metric", each with how often it was exported.</summary>
    public ConcurrentDictionary<string, int> Metrics { get; } = [];

    public static Task<OtlpReceiver> Start()
    {
        var address = new Uri($"http://127.0.0.1:{Ecny.Local.Processes.FreePort.Take(1)[0]}/");
        var listener = new HttpListener();
        listener.Prefixes.Add(address.ToString());
        listener.Start();
        return Task.FromResult(new OtlpReceiver(listener, address));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var call = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await call.Request.InputStream.CopyToAsync(body);
                Take(call.Request.Url!.AbsolutePath, body.ToArray());
                call.Response.ContentType = "application/x-protobuf";
                call.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The listener was stopped, or a service was killed while it exported.
            }
        }
    }

    private void Take(string path, byte[] body)
    {
        foreach (var resource in Protobuf.Messages(body, 1))
        {
            var service = Protobuf.Messages(resource, 1).SelectMany(r => Protobuf.Messages(r, 1)).Where(a => Protobuf.Text(a, 1) == "service.name")
                .Select(a => Protobuf.Text(Protobuf.Messages(a, 2).Single(), 1)).First();
            foreach (var item in Protobuf.Messages(resource, 2).SelectMany(scope => Protobuf.Messages(scope, 2)))
            {
                if (path == "/v1/traces") Spans.Enqueue(ReceivedSpan.Read(service, item));
                else if (path == "/v1/metrics") Metrics.AddOrUpdate($"{service}/{Protobuf.Text(item, 1)}", 1, static (_, seen) => seen + 1);
            }
        }
    }
}
