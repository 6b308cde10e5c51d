using Ecny.Acquiring.Changes;
using Ecny.Acquiring.Codes;
using Ecny.Acquiring.Institutions;
using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Orders;
using Ecny.Acquiring.Payments;
using Ecny.Acquiring.Refunds;
using Ecny.Acquiring.Resolution;
using Ecny.Acquiring.Totals;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecny.Acquiring;

/// <summary>The service's parts, for Program and for tests that host it with a ledger of their own.</summary>
public static class Acquiring
{
    private const string TokenKey = "Ecny:Keys:TokenKey";

    /// <summary>A <see cref="LedgerClient"/> that is registered already is used as it is; without one the silo is looked for in the cluster's database.</summary>
    public static void Configure(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var ownLedger = services.Any(service => service.ServiceType == typeof(LedgerClient));
        builder.AddEcnyDefaults("acquiring", options =>
        {
            options.OwnsInstitutions = true;
            options.Migrate(typeof(Acquiring).Assembly, "Ecny.Acquiring.Migrations.").Json(AcquiringJson.Default, InstitutionJson.Default);
            options.Require(TokenKey, value => TryKey(value, out _), "set it to base64 of 32 random bytes (openssl rand -base64 32), the same as at Wallets");
            options.Optional(Bootstrap.Key, Bootstrap.IsReadable, "set it to a readable JSON file with a list of institutions");
            options.Optional("Ecny:Acquiring:NotAfter", ConfigCheck.Duration, "set it to how long the ledger may still decide an attempt, for example 00:00:15");
            options.Optional("Ecny:Acquiring:ResolvePeriod", ConfigCheck.Duration, "set it to how often open attempts are taken up, for example 00:00:00.500");
            options.Optional("Ecny:Acquiring:OrderExpiry", ConfigCheck.Duration, "set it to the life of an order that names none, for example 00:15:00");
            options.Optional("Ecny:LedgerClient:Timeout", ConfigCheck.Duration, "set it to how long an answer of the ledger is waited for, for example 00:00:05");
            WebhookSettings.Describe(options);
            if (!ownLedger) options.Require("ConnectionStrings:Orleans", ConfigCheck.ConnectionString, "set it to the Npgsql connection string of the cluster's database");
        });
        services.Configure<AcquiringOptions>(builder.Configuration.GetSection("Ecny:Acquiring"));

        services.AddSingleton<InstitutionStore>().AddSingleton<InstitutionFeed>().AddSingleton<Bootstrap>();
        services.AddSingleton<MerchantStore>().AddSingleton<OutletStore>().AddSingleton<MerchantBook>();
        services.AddSingleton<StaticCodeStore>().AddSingleton<OrderStore>().AddSingleton<OrderDesk>().AddSingleton<OrderCreation>().AddSingleton<OrderList>();
        services.AddSingleton<PaymentIntake>().AddSingleton<PaymentDesk>();
        services.AddSingleton<UnresolvedStore>().AddSingleton<LedgerDesk>();
        services.AddSingleton(_ => new PayCodes(TryKey(builder.Configuration[TokenKey], out var key) ? key : throw new InvalidOperationException($"{TokenKey} is not right.")));
        services.AddHostedService<ChangeFeed>();
        services.AddHostedService<Resolver>();
        builder.AddLedgerConsumer<OrderStates>();
        builder.AddNotifications();
        if (ownLedger) return;
        services.AddSingleton<LedgerConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerConnection>());
        services.AddSingleton(provider => new LedgerClient(provider.GetRequiredService<LedgerConnection>().Shard,
            builder.Configuration.GetSection("Ecny:LedgerClient").Get<LedgerClientOptions>() ?? new LedgerClientOptions()));
    }

    public static void Map(WebApplication app)
    {
        app.UseEcnyDefaults();
        app.MapInstitutions();
        app.MapMerchants();
        app.MapOutlets();
        app.MapCodes();
        app.MapPayments();
        app.MapOrders();
        app.MapRefunds();
        app.MapNotifications();
        app.MapTotals();
        app.MapConsumers();
    }

    private static bool TryKey(string? text, out byte[] key)
    {
        key = new byte[32];
        return text is not null && Convert.TryFromBase64String(text, key, out var written) && written == 32;
    }
}
