using Ecny.Clearing.Books;
using Ecny.Clearing.BusinessDays;
using Ecny.Clearing.Comparisons;
using Ecny.Clearing.Reconciliations;
using Ecny.Client.Signing;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecny.Clearing;

/// <summary>The service's parts, for Program and for tests that host it with a journal of their own.</summary>
public static class ClearingService
{
    private const string Journal = "Ecny:Journal:Url", Acquiring = "Ecny:Institutions:Url";

    /// <summary>An <see cref="IJournal"/>, <see cref="IJournalSums"/> or <see cref="IAcquiringTotals"/> that is registered already is used as it is.</summary>
    public static void Configure(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        builder.AddEcnyDefaults("clearing", Declare);
        services.AddSingleton(ClearingOptions.Read(configuration));
        builder.AddLedgerConsumer<BooksConsumer>();

        services.TryAddSingleton(_ => RequestSigner.FromPem(configuration["Ecny:Service:KeyId"]!, File.ReadAllText(configuration["Ecny:Service:PrivateKeyFile"]!)));
        services.TryAddSingleton<IJournal>(provider => new JournalClient(new Uri(configuration[Journal]!), provider.GetRequiredService<RequestSigner>()));
        services.AddSingleton(provider => new PlatformClient(new Uri(configuration[Journal]!), new Uri(configuration[Acquiring]!), provider.GetRequiredService<RequestSigner>()));
        services.TryAddSingleton<IJournalSums>(provider => provider.GetRequiredService<PlatformClient>());
        services.TryAddSingleton<IAcquiringTotals>(provider => provider.GetRequiredService<PlatformClient>());
        services.AddSingleton<JournalComparison>().AddSingleton<AcquiringComparison>().AddSingleton<DayDesk>();
        services.AddSingleton<ReconciliationStore>().AddSingleton<DiscrepancyStore>().AddSingleton<StatementIntake>().AddSingleton<ReconciliationSignal>().AddSingleton<Matching>();
        if (!MessagingOptions.HasRole(configuration, "consume")) return;
        services.AddHostedService<ComparisonLoop>();
        services.AddHostedService<ReconciliationWorker>();
    }

    public static void Map(WebApplication app)
    {
        app.UseEcnyDefaults();
        app.MapBusinessDays();
        app.MapReconciliations();
        app.MapConsumers();
    }

    private static void Declare(EcnyOptions options) => options
        .Migrate(typeof(ClearingService).Assembly, "Ecny.Clearing.Migrations.")
        .Json(ClearingJson.Default)
        .Require(Journal, ConfigCheck.HttpAddress, "set it to the base address of Wallets, for example http://127.0.0.1:5081")
        .Optional("Ecny:Clearing:CompareEvery", ConfigCheck.Duration, "set it to how often the books are compared, for example 00:00:01")
        .Optional("Ecny:Clearing:CompareAcquiring", ConfigCheck.Boolean, "set it to false where Acquiring offers no totals, else to true")
        .Optional("Ecny:Clearing:Reconciliation:MostFileBytes", static value => ConfigCheck.PositiveInteger(value) && int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) <= 32 * 1024 * 1024,
            "set it to a number of bytes, at most 33554432")
        .Optional("Ecny:Clearing:Reconciliation:MostUnpackedBytes", ConfigCheck.PositiveLong, "set it to a number of bytes")
        .Optional("Ecny:Clearing:Reconciliation:MostLines", ConfigCheck.PositiveInteger, "set it to a number of lines")
        .Optional("Ecny:Clearing:Reconciliation:MostBadLines", ConfigCheck.PositiveInteger, "set it to a number of lines")
        .Optional("Ecny:Clearing:Reconciliation:MostUploads", ConfigCheck.PositiveInteger, "set it to a number of files");
}
