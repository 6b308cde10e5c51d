using System.Security.Cryptography;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;
using Ecny.Ledger.Receipts;
using Ecny.Local.Processes;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Operators;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecny.Wallets.Tests.Hosting;

/// <summary>The service as it runs in production (silo, PostgreSQL, HTTP on loopback); only the institutions come from the test.</summary>
public sealed class WalletsHost : IAsyncDisposable
{
    public static readonly CheckpointKey CheckpointKey = CheckpointKey.Generate();
    private static readonly string Folder = Directory.CreateTempSubdirectory("ecny-wallets-tests-").FullName;
    private static readonly string TokenKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), SaltKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly WebApplication app;
    private readonly HttpClient http = new();

    private WalletsHost(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }
    public HttpClient Http => http;
    public IServiceProvider Services => app.Services;

    static WalletsHost()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Directory.Delete(Folder, recursive: true);
        CheckpointKey.Save(Path.Combine(Folder, "checkpoint.pem"));
        File.WriteAllText(Path.Combine(Folder, "service.pem"), new Party("service-wallets", Role.Service).PrivatePem);
    }

    /// <summary>Starts a service; ready when the shard answers and the operators' accounts are there.</summary>
    public static async Task<WalletsHost> Start(Databases databases, Action<WebApplicationBuilder>? change = null, string cluster = "test")
    {
        var ports = FreePort.Take(2);
        Dictionary<string, string> settings = new()
        {
            ["ConnectionStrings:Main"] = databases.Main, ["ConnectionStrings:Orleans"] = databases.Orleans, ["Ecny:Migrate"] = "true",
            ["Ecny:Orleans:ClusterId"] = cluster, ["Ecny:Orleans:SiloPort"] = $"{ports[0]}", ["Ecny:Orleans:GatewayPort"] = $"{ports[1]}",
            ["Ecny:Sessions:CurrentVersion"] = "1", ["Ecny:Sessions:MasterKeys:1"] = TokenKey, ["Ecny:Institutions:Url"] = "http://127.0.0.1:9",
            ["Ecny:Service:Id"] = "service-wallets", ["Ecny:Service:KeyId"] = "service-wallets-1", ["Ecny:Service:PrivateKeyFile"] = Path.Combine(Folder, "service.pem"),
            ["Ecny:Keys:TokenKey"] = TokenKey, ["Ecny:Keys:ReceiptSaltKey"] = SaltKey, ["Ecny:Keys:CheckpointKeyFile"] = Path.Combine(Folder, "checkpoint.pem"),
            ["Ecny:Ledger:MinimumTenure"] = "00:00:00.500", ["urls"] = "http://127.0.0.1:0",
        };
        var builder = WebApplication.CreateBuilder([.. settings.Select(s => $"--{s.Key}={s.Value}")]);
        WalletsService.Configure(builder, migrateOnly: false);
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("ECNY_TEST_LOG") == "1") builder.Logging.AddSimpleConsole();
        change?.Invoke(builder);
        var app = builder.Build();
        EcnyProgram.Migrate(app);
        WalletsService.Map(app);
        app.Services.GetRequiredService<InstitutionDirectory>().Apply(Party.All.Select((p, i) => new InstitutionChange { Sequence = i + 1, Institution = p.Institution }));
        await app.StartAsync();
        var host = new WalletsHost(app, new Uri(app.Urls.Single()));
        await Eventually.True(async () => (await host.http.GetAsync(new Uri(host.Address, "/healthz/ready"))).IsSuccessStatusCode, "the service to become ready", TimeSpan.FromSeconds(60));
        foreach (var prefix in new[] { (101, Party.OperatorA.Id), (102, Party.OperatorB.Id) })
            await app.Services.GetRequiredService<OperatorAccounts>().Ready(prefix.Item1, prefix.Item2);
        return host;
    }

    /// <summary>Calls signed with the institution's own key.</summary>
    public ApiClient As(Party party) => new(new SignedHttpClient(http, Address, RequestSigner.FromPem(party.KeyId, party.PrivatePem)));

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
