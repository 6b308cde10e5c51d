using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>A request that an acquirer's server got.</summary>
public sealed record Received(string Method, string Authority, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>What a receiver recognises repetitions by.</summary>
    public string Id => Json.GetProperty("notificationId").GetString()!;
}

/// <summary>An acquirer's server on a real port. It keeps what it gets, and answers as it is told.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>Status for the n-th request (from 1).</summary>
    public Func<Received, int, Task<int>> Answers { get; set; } = (_, _) => Task.FromResult(200);

    public IReadOnlyList<Received> All => [.. received];

    public string Url => $"{app.Urls.Single()}/told";

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var request = new Received(http.Request.Method, http.Request.Host.Value!, http.Request.Path, http.Request.QueryString.Value!,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        int nth;
        lock (received)
        {
            received.Enqueue(request);
            nth = received.Count;
        }
        http.Response.StatusCode = await Answers(request, nth);
    }
}
