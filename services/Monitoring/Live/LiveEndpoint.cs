using System.Text.Json;
using Ecny.Contracts.Institutions;
using Ecny.Monitoring.Indicators;
using Ecny.ServiceDefaults;

namespace Ecny.Monitoring.Live;

/// <summary><c>/v1/live</c>: the city as server-sent events, each a whole picture, so that whoever misses one has lost nothing.</summary>
internal static class LiveEndpoint
{
    public static void MapLive(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/live", Stream).Allow(Role.Operator, Role.Regulator, Role.Platform)
            .Describes("The city live, at most twice a second: server-sent events named live, whose data is the picture as JSON").WithTags("Live");

    private static async Task Stream(HttpContext http, LiveFeed feed, IHostApplicationLifetime life)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        var scope = IndicatorEndpoints.ScopeOf(http.Caller());
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await http.Response.BodyWriter.WriteAsync("retry: 2000\n\n"u8.ToArray(), end.Token);
            await foreach (var moment in feed.Watch(end.Token))
            {
                if (moment is { View: { } view, Trouble: null })
                {
                    await http.Response.BodyWriter.WriteAsync("event: live\ndata: "u8.ToArray(), end.Token);
                    await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(For(view, scope), MonitoringJson.Default.LiveView), end.Token);
                    await http.Response.BodyWriter.WriteAsync("\n\n"u8.ToArray(), end.Token);
                }
                // A comment keeps the connection alive while there is nothing new.
                else await http.Response.BodyWriter.WriteAsync(": waiting\n\n"u8.ToArray(), end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The viewer has gone, or the service stops: that is how a stream ends.
        }
    }

    private static LiveView For(LiveView view, string? scope) => scope is null ? view : view with { ByOperator = [.. view.ByOperator.Where(row => row.Operator == scope)] };
}
