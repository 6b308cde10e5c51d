using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecny.EndToEnd.Tests.Telemetry;

/// <summary>Receives OTLP over HTTP in this process and keeps the spans and the names of metrics.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(Receive);
    }

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    /// <summary>Names of metrics by "service/metric", each with how often it was exported.</summary>
    public ConcurrentDictionary<string, int> Metrics { get; } = [];

    public static async Task<OtlpReceiver> Start()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Receive(HttpContext call)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body, call.RequestAborted);
        Take(call.Request.Path, body.ToArray());
        call.Response.ContentType = "application/x-protobuf";
    }

    private void Take(PathString path, byte[] body)
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
