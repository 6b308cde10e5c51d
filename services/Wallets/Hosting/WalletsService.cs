using System.Net;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Ecny.Ledger.Receipts;
using Ecny.Ledger.Store;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Accounts;
using Ecny.Wallets.Audit;
using Ecny.Wallets.Clustering;
using Ecny.Wallets.Exchanges;
using Ecny.Wallets.Journal;
using Ecny.Wallets.Ledger;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Operators;
using Ecny.Wallets.Codes;
using Ecny.Wallets.Profiles;
using Ecny.Wallets.Receipts;
using Ecny.Wallets.Relay;
using Ecny.Wallets.States;
using Ecny.Wallets.Tokens;
using Ecny.Wallets.Transfers;
using Npgsql;

namespace Ecny.Wallets.Hosting;

/// <summary>What Program runs, callable from tests with other arguments.</summary>
public static class WalletsService
{
    public static Task<int> Run(string[] args) => EcnyProgram.Run(args, builder => Configure(builder, args.Contains("--migrate")), Map);

    public static void Configure(WebApplicationBuilder builder, bool migrateOnly)
    {
        var configuration = builder.Configuration;
        var serves = Serves(configuration);
        builder.AddEcnyDefaults("wallets", options => Declare(options, serves));
        var main = configuration.GetConnectionString("Main")!;
        var migrates = migrateOnly || configuration.GetValue("Ecny:Migrate", false);
        if (migrates) LedgerMigrations.Run(main);
        builder.AddStore(main);
        if (serves)
        {
            var silo = SiloSettings.Read(configuration);
            if (migrates) ClusteringMigrations.Run(silo.ConnectionString);
            builder.AddLedger(silo);
            builder.AddCapabilities();
        }
        builder.AddRelay();
    }

    public static void Map(WebApplication app)
    {
        app.UseEcnyDefaults();
        app.MapConsumers();
        if (!Serves(app.Configuration)) return;
        app.MapWallets();
        app.MapStates();
        app.MapLawfulStops();
        app.MapAccounts();
        app.MapPayCodes();
        app.MapTokens();
        app.MapExchanges();
        app.MapTransfers();
        app.MapJournal();
        app.MapReceipts();
    }

    /// <summary>Whether this process is silo and API (role <c>serve</c>); a relay alone is neither, and has none of the keys.</summary>
    private static bool Serves(IConfiguration configuration) => MessagingOptions.HasRole(configuration, "serve");

    private static void Declare(EcnyOptions options, bool serves)
    {
        options.Migrate(typeof(WalletsService).Assembly, "Ecny.Wallets.Migrations.");
        if (serves) DeclareLedger(options);
    }

    private static void DeclareLedger(EcnyOptions options) => options
        .Json(WalletsJson.Default, ReceiptJson.Default)
        .Require("ConnectionStrings:Orleans", ConfigCheck.ConnectionString, "set it to the connection string of the clustering database")
        .Require("Ecny:Keys:TokenKey", ConfigCheck.Key32, "set it to 32 random bytes in base64, the same as in Acquiring")
        .Require("Ecny:Keys:CheckpointKeyFile", IsCheckpointKey, "set it to a readable PEM file with the SM2 private key that signs checkpoints")
        .Require("Ecny:Keys:ReceiptSaltKey", ConfigCheck.Key32, "set it to 32 random bytes in base64")
        .Optional("Ecny:Ledger:OperatorQuota", ConfigCheck.PositiveLong, "set it to an amount in fen")
        .Optional("Ecny:Ledger:QueueCapacity", ConfigCheck.PositiveInteger, "set it to a number of commands")
        .Optional("Ecny:Ledger:MaxWallets", ConfigCheck.PositiveInteger, "set it to a number of wallets")
        .Optional("Ecny:Ledger:MinimumTenure", ConfigCheck.Duration, "set it to how long a fresh owner of the shard is left alone, for example 00:00:05")
        .Optional("Ecny:Ledger:RequireSynchronousStandby", ConfigCheck.Boolean, "set it to true where payments need a synchronous standby, else to false")
        .Optional("Ecny:LedgerClient:Timeout", ConfigCheck.Duration, "set it to how long an answer of the ledger is waited for, for example 00:00:05")
        .Optional("Ecny:Orleans:Address", static value => IPAddress.TryParse(value, out _), "set it to the IP address that other silos reach")
        .Optional("Ecny:Orleans:SiloPort", ConfigCheck.Port, "set it to a port, 1 to 65535")
        .Optional("Ecny:Orleans:GatewayPort", ConfigCheck.Port, "set it to a port, 1 to 65535");

    private static bool IsCheckpointKey(string file)
    {
        try
        {
            CheckpointKey.Load(file);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void AddStore(this WebApplicationBuilder builder, string main)
    {
        builder.Services.AddSingleton(new PostgresLedgerOptions
        {
            ConnectionString = main, RequireSynchronousStandby = builder.Configuration.GetValue("Ecny:Ledger:RequireSynchronousStandby", false),
        });
        builder.Services.AddSingleton<ILedgerStore, PostgresLedgerStore>();
    }

    /// <summary>The silo, the shard and the client to it.</summary>
    private static void AddLedger(this WebApplicationBuilder builder, SiloSettings silo)
    {
        var services = builder.Services;
        services.AddSingleton(silo);
        services.AddHostedService<BurialService>();
        builder.AddLedgerSilo(silo);

        services.AddSingleton(Policy.Shipped);
        services.AddSingleton(ShardOptions.Read(builder.Configuration));
        services.AddSingleton<ShardMetrics>();
        services.AddSingleton<ShardHost>();
        var client = builder.Configuration.GetSection("Ecny:LedgerClient").Get<LedgerClientOptions>() ?? new LedgerClientOptions();
        services.AddSingleton(provider => new LedgerClient(provider.GetRequiredService<IGrainFactory>(), client));
        services.AddSingleton<ShardWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ShardWatch>());
        services.AddHealthChecks().Add(new("ledger", provider => provider.GetRequiredService<ShardWatch>(), null, ["ready"]));
    }

    private static void AddCapabilities(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var tokenKey = Convert.FromBase64String(configuration["Ecny:Keys:TokenKey"]!);
        services.AddSingleton(new WalletKeys(tokenKey));
        services.AddSingleton(_ => new PayCodes(tokenKey));
        services.AddSingleton<OwnWallets>();

        services.AddSingleton(new OperatorQuota(configuration.GetValue("Ecny:Ledger:OperatorQuota", OperatorQuota.Default)));
        services.AddRunning<OperatorAccounts>();

        services.AddSingleton<OpenTransferStore>();
        services.AddHostedService<OpenTransfers>();

        services.AddSingleton<LawfulStopStore>();
        services.AddSingleton<ProfileStore>();
        services.AddSingleton<WalletOpening>();
        services.AddHostedService<ProfileSweeper>();

        services.AddSingleton<IBank, SimulatedBank>();
        services.AddSingleton<ExchangeStore>();
        services.AddSingleton<ExchangeSaga>();
        services.AddSingleton<ExchangeService>();
        services.AddHostedService<ExchangeSweeper>();

        services.AddSingleton<PayCodeStore>();
        services.AddHostedService<PayCodeBroom>();

        var salts = new ReceiptSalts(Convert.FromBase64String(configuration["Ecny:Keys:ReceiptSaltKey"]!));
        var key = CheckpointKey.Load(configuration["Ecny:Keys:CheckpointKeyFile"]!);
        services.AddSingleton(provider => new ReceiptService(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<ILedgerStore>(), ShardMap.OnlyShard, salts));
        services.AddSingleton(provider => new ReceiptLog(provider.GetRequiredService<NpgsqlDataSource>(), ShardMap.OnlyShard,
            key, salts, provider.GetRequiredService<TimeProvider>(), new ReceiptLogOptions()));
        services.AddHostedService<ReceiptLogBuilder>();
        services.AddSingleton(provider => new ContinuousAudit(provider.GetRequiredService<NpgsqlDataSource>(), new ContinuousAuditOptions { Keys = [key.Public] }));
        services.AddHostedService<AuditWatch>();
    }

    /// <summary>The journal told to the other services. Payments neither know nor need it.</summary>
    private static void AddRelay(this WebApplicationBuilder builder)
    {
        builder.AddMessaging();
        builder.Services.AddSingleton<IRelaySource, StoreRelaySource>();
        builder.Services.AddSingleton(new RelayOptions());
        if (MessagingOptions.HasRole(builder.Configuration, "relay")) builder.Services.AddHostedService<LedgerRelay>();
    }

    /// <summary>One object that others use and the host runs.</summary>
    private static void AddRunning<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
