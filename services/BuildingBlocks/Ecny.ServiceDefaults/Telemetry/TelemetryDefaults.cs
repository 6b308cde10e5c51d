using Ecny.Contracts.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ecny.ServiceDefaults.Telemetry;

/// <summary>Logs as one JSON object a line; traces and metrics by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set, else nothing at all.</summary>
internal static class TelemetryDefaults
{
    private const double DefaultRatio = 0.01;

    public static void AddEcnyTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(static console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            console.IncludeScopes = false;
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        // Readiness is asked many times a second while a service starts; who asks gets the reason in the answer.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            // With this logger enabled the host would create an activity for every request that nobody collects.
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            return;
        }
        var ratio = builder.Configuration.GetValue("Ecny:Telemetry:SampleRatio", DefaultRatio);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("ecny-" + service, "ecny"))
            .WithTracing(tracing => tracing
                .SetSampler(new ParentBasedSampler(new LinkedSampler(new TraceIdRatioBasedSampler(ratio))))
                .AddSource(EcnyTelemetry.Name, "Microsoft.Orleans.Application")
                .AddAspNetCoreInstrumentation(static http => http.Filter = static context => !context.Request.Path.StartsWithSegments("/healthz"))
                .AddHttpClientInstrumentation()
                .AddNpgsql()
                .AddOtlpExporter())
            .WithMetrics(static metrics => metrics
                .AddMeter(EcnyTelemetry.Name, "Microsoft.Orleans", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter());
    }
}
