using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecny.ServiceDefaults.Health;

/// <summary>
/// /healthz/live: the process answers. /healthz/ready: every registered health check says so
/// (services add theirs with <c>services.AddHealthChecks().AddCheck…</c>).
/// </summary>
internal static class HealthEndpoints
{
    public static void AddEcnyHealth(this IServiceCollection services)
    {
        services.AddSingleton<Draining>();
        services.AddHostedService(static s => s.GetRequiredService<Draining>());
        services.AddHealthChecks()
            .AddCheck<Draining>("not-stopping")
            .AddCheck<DatabaseCheck>("database", timeout: TimeSpan.FromSeconds(2))
            .AddCheck<InstitutionsCheck>("institutions");
    }

    public static void MapEcnyHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz/live", Live).AllowUnsigned().Describes("The process answers").WithTags("Common");
        app.MapGet("/healthz/ready", Ready).AllowUnsigned().Describes("The service can do its work; 503 names what is missing").WithTags("Common");
    }

    private static Task Live(HttpContext http)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync("{\"status\":\"UP\"}");
    }

    private static async Task Ready(HttpContext http)
    {
        var report = await http.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(http.RequestAborted);
        var ready = report.Status != HealthStatus.Unhealthy;
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("status", ready ? "UP" : "DOWN");
        writer.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries) writer.WriteString(name, entry.Status == HealthStatus.Unhealthy ? entry.Description ?? "DOWN" : "UP");
        writer.WriteEndObject();
        writer.WriteEndObject();
        await writer.FlushAsync(http.RequestAborted);
    }
}
