using System.Diagnostics;
using Ecny.ServiceDefaults.Access;
using Ecny.ServiceDefaults.Health;
using Ecny.ServiceDefaults.Hosting;
using Ecny.ServiceDefaults.Institutions;
using Ecny.ServiceDefaults.OpenApi;
using Ecny.ServiceDefaults.Problems;
using Ecny.ServiceDefaults.Sessions;
using Ecny.ServiceDefaults.Signatures;
using Ecny.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Ecny.ServiceDefaults;

/// <summary>What every service has in common, in one place.</summary>
public static class EcnyDefaults
{
    /// <param name="service">acquiring, wallets, clearing, monitoring or risk: the name in telemetry and in the OpenAPI document.</param>
    /// <exception cref="ConfigurationException">Keys are missing or wrong; all of them are named.</exception>
    public static WebApplicationBuilder AddEcnyDefaults(this WebApplicationBuilder builder, string service, Action<EcnyOptions>? configure = null)
    {
        var options = new EcnyOptions();
        configure?.Invoke(options);
        DefaultConfig.Check(builder.Configuration, options);

        builder.AddServer();
        builder.AddEcnyTelemetry(service);
        var services = builder.Services;
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(builder.Configuration.GetConnectionString("Main")).Build());
        services.AddSingleton<InstitutionDirectory>();
        services.AddSingleton<IInstitutionDirectory>(static s => s.GetRequiredService<InstitutionDirectory>());
        if (!options.OwnsInstitutions)
        {
            services.AddSingleton<InstitutionCopy>();
            services.AddHostedService<InstitutionPull>();
        }
        services.AddSingleton<SessionKeys>();
        services.AddSingleton<RequestVerifier>();
        services.AddSingleton(new SessionNonces(builder.Configuration.GetValue("Ecny:Signatures:NonceCapacity", 8_000_000)));
        services.AddSingleton<DatabaseNonces>();
        services.AddSingleton<INonceStore>(static s => s.GetRequiredService<DatabaseNonces>());
        services.AddHostedService(static s => s.GetRequiredService<DatabaseNonces>());
        services.AddSingleton<Admission>();
        services.AddEcnyHealth();
        services.AddEcnyOpenApi(service, options);
        return builder;
    }

    /// <summary>The gate before every handler, and the endpoints that every service has.</summary>
    public static WebApplication UseEcnyDefaults(this WebApplication app)
    {
        ServerRefusals.Subscribe(app.Services.GetRequiredService<DiagnosticListener>());
        app.UseMiddleware<RequestGate>();
        app.MapEcnyHealth();
        app.MapEcnyOpenApi();
        app.MapGet("/v1/codes", CodesEndpoint.Get).AllowUnsigned()
            .Describes<Catalogue>("All codes with status, meaning and advice").WithTags("Common");
        app.MapPost("/v1/sessions", SessionEndpoint.Open).AllowAnyInstitution().OwnKeyOnly()
            .Describes<SessionRequest, SessionAnswer>(201, "Opens a session, valid at every service for up to 15 minutes").WithTags("Common");
        return app;
    }
}
