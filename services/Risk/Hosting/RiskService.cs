using Ecny.Client.Signing;
using Ecny.Messaging;
using Ecny.Risk.Alerts;
using Ecny.Risk.Detection;
using Ecny.Risk.Feeds;
using Ecny.Risk.Lists;
using Ecny.Risk.Orders;
using Ecny.Risk.Rules;
using Ecny.ServiceDefaults;

namespace Ecny.Risk.Hosting;

/// <summary>What Program runs, callable from tests with other arguments.</summary>
public static class RiskService
{
    public static Task<int> Run(string[] args) => EcnyProgram.Run(args, Configure, Map);

    public static void Configure(WebApplicationBuilder builder)
    {
        builder.AddEcnyDefaults("risk", static options => options
            .Migrate(typeof(RiskService).Assembly, "Ecny.Risk.Migrations.")
            .Json(RiskJson.Default)
            .Require("Ecny:Wallets:Url", ConfigCheck.HttpAddress, "set it to the base address of Wallets, for example http://127.0.0.1:5081")
            .Optional("Ecny:Risk:SnapshotEntries", ConfigCheck.PositiveLong, "set it to the entries after which the engine's state is stored, for example 100000"));
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddSingleton(new RiskOptions { SnapshotEntries = configuration.GetValue("Ecny:Risk:SnapshotEntries", new RiskOptions().SnapshotEntries) });
        builder.AddOutbox("/ecny/risk");
        services.AddSingleton<SignalWriter>();
        services.AddSingleton<AlertWriter>();
        builder.AddLedgerConsumer<RiskConsumer>();

        services.AddSingleton<ListingStore>();
        services.AddSingleton<LawOrderStore>();
        services.AddSingleton<LawOrderExecution>();
        services.AddHostedService<LawOrderSweeper>();
        services.AddSingleton(_ => new WalletsClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }, new Uri(configuration["Ecny:Wallets:Url"]!),
            RequestSigner.FromPem(configuration["Ecny:Service:KeyId"]!, File.ReadAllText(configuration["Ecny:Service:PrivateKeyFile"]!))));
    }

    public static void Map(WebApplication app)
    {
        app.UseEcnyDefaults();
        app.MapAlerts();
        app.MapRules();
        app.MapSignalFeeds();
        app.MapLists();
        app.MapLawOrders();
        app.MapConsumers();
    }
}
