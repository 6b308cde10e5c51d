using System.Globalization;
using Ecny.ServiceDefaults.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ecny.ServiceDefaults.Hosting;

/// <summary>Limits of the HTTP server: slow, huge or idle clients cost little and never the others.</summary>
internal static class Server
{
    /// <summary>Above the limit of files. The gate refuses earlier, in its own words, and the server drains the rest so that the refusal is read.</summary>
    private const long HardBodyLimit = 33L * 1024 * 1024;

    public static void AddServer(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        // No handler of ours blocks, so a request may go on where its bytes arrived: one hop between threads less on the way in and out.
        builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(ServerRefusals.Use);
            var limits = kestrel.Limits;
            limits.MaxConcurrentConnections = configuration.GetValue("Ecny:Http:MaxConnections", 20_000);
            limits.MaxRequestBodySize = HardBodyLimit;
            limits.MaxRequestHeadersTotalSize = 16 * 1024;
            limits.MaxRequestHeaderCount = 64;
            limits.MaxRequestLineSize = 8 * 1024;
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(configuration.GetValue("Ecny:Shutdown:TimeoutSeconds", 30));
            // A background task that fails is a bug; the service ends and is started again rather than going on without it.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
    }
}
