using Ecny.Messaging;
using Ecny.Monitoring.Health;
using Ecny.Monitoring.Indicators;
using Ecny.Monitoring.Live;
using Ecny.Monitoring.Pages;
using Ecny.Monitoring.Reference;
using Ecny.Monitoring.Targets;
using Ecny.ServiceDefaults;
using Ecny.Web;

namespace Ecny.Monitoring;

/// <summary>The service as Program starts it, and tests too.</summary>
public static class MonitoringService
{
    /// <exception cref="ConfigurationException">Keys are missing or wrong.</exception>
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.AddEcnyDefaults("monitoring", Declare);
        builder.AddLedgerConsumer<IndicatorConsumer>();
        var services = builder.Services;
        services.AddSingleton<IndicatorReader>();
        services.AddSingleton(new TargetBook(builder.Configuration["Ecny:Monitoring:TargetsFile"]));
        services.AddSingleton<TargetReader>();
        services.AddSingleton(City.Load(builder.Configuration["Ecny:Monitoring:CityFile"]));
        services.AddRunning<ServiceWatch>();
        services.AddSingleton<LiveReader>();
        services.AddRunning<LiveFeed>();
        if (HasPage(builder.Configuration)) builder.AddCityPage();
    }

    public static void Map(WebApplication app)
    {
        app.UseEcnyDefaults();
        app.MapIndicators();
        app.MapTargets();
        app.MapDistricts();
        app.MapLive();
        app.MapConsumers();
        if (HasPage(app.Configuration)) app.MapEcnyPages<App>();
    }

    /// <summary>Until people can sign in, the page is there only where the city says that everybody who reaches the service may see it.</summary>
    private static bool HasPage(IConfiguration configuration) => configuration.GetValue("Ecny:Monitoring:PublicPage", false);

    private static void AddCityPage(this WebApplicationBuilder builder)
    {
        builder.AddEcnyPages();
        builder.Services.AddSingleton<CityNames>();
    }

    private static void Declare(EcnyOptions options)
    {
        options
            .Migrate(typeof(MonitoringService).Assembly, "Ecny.Monitoring.Migrations.")
            .Json(MonitoringJson.Default)
            .Optional("Ecny:Monitoring:PublicPage", ConfigCheck.Boolean, "set it to true to show the live page to everybody who reaches the service, else to false")
            .Optional("Ecny:Monitoring:TargetsFile", TargetBook.IsRight, "set it to a JSON file of targets like the shipped one (services/Monitoring/Targets/targets.json)")
            .Optional("Ecny:Monitoring:CityFile", City.IsRight, "set it to a JSON file of districts and scenarios like the shipped one (services/Monitoring/Reference/city.json)");
        foreach (var service in new[] { "acquiring", "wallets", "clearing", "monitoring", "risk" })
            options.Optional($"Ecny:Monitoring:Services:{service}", ConfigCheck.HttpAddress, "set it to the service's base address, for example http://127.0.0.1:5080");
    }

    /// <summary>One object that others use and the host runs.</summary>
    private static void AddRunning<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
