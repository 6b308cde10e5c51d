using System.Security.Cryptography;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;
using Ecny.Messaging;
using Ecny.Risk.Hosting;
using Ecny.Risk.Orders;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecny.Risk.Tests.Service;

/// <summary>The service as Program starts it, on a real port; the journal, the institutions and the way to Wallets come from the test.</summary>
public sealed class RiskHost : IAsyncDisposable
{
    public static readonly Party PublicSecurity = new("public-security", Role.PublicSecurity), OtherPolice = new("other-police", Role.PublicSecurity), Regulator = new("regulator", Role.Regulator),
        Platform = new("platform", Role.Platform), Operator = new("operator-a", Role.Operator, 101), Acquirer = new("acquirer", Role.Acquirer), Service = new("service-clearing", Role.Service);

    private static readonly Party[] Parties = [PublicSecurity, OtherPolice, Regulator, Platform, Operator, Acquirer, Service];
    private static readonly string MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly WebApplication app;
    private readonly HttpClient http = new();

    private RiskHost(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<RiskHost> Start(string database, MemoryJournal journal, Uri? wallets = null, HttpMessageHandler? way = null)
    {
        var key = Path.GetTempFileName();
        await File.WriteAllTextAsync(key, Party.Risk.PrivatePem);
        var builder = WebApplication.CreateBuilder([.. new Dictionary<string, string>
        {
            ["ConnectionStrings:Main"] = database, ["Ecny:Sessions:CurrentVersion"] = "1", ["Ecny:Sessions:MasterKeys:1"] = MasterKey, ["Ecny:Institutions:Url"] = "http://127.0.0.1:9",
            ["Ecny:Service:Id"] = Party.Risk.Id, ["Ecny:Service:KeyId"] = Party.Risk.KeyId, ["Ecny:Service:PrivateKeyFile"] = key,
            ["Ecny:Wallets:Url"] = (wallets ?? new Uri("http://127.0.0.1:9")).ToString(), ["urls"] = "http://127.0.0.1:0",
        }.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.Services.AddSingleton<IJournal>(journal);
        RiskService.Configure(builder);
        builder.Services.AddSingleton(_ => new WalletsClient(way ?? new SocketsHttpHandler(), wallets ?? new Uri("http://127.0.0.1:9"), RequestSigner.FromPem(Party.Risk.KeyId, Party.Risk.PrivatePem)));
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("ECNY_TEST_LOG") == "1") builder.Logging.AddSimpleConsole();
        var app = builder.Build();
        EcnyProgram.Migrate(app);
        RiskService.Map(app);
        app.Services.GetRequiredService<InstitutionDirectory>().Apply(Parties.Select((party, i) => new InstitutionChange { Sequence = i + 1, Institution = party.Institution }));
        await app.StartAsync();
        File.Delete(key);
        return new RiskHost(app);
    }

    /// <summary>Calls signed with the institution's own key.</summary>
    public ApiClient As(Party party) => new(new SignedHttpClient(http, Address, RequestSigner.FromPem(party.KeyId, party.PrivatePem)));

    /// <summary>Calls signed with a session.</summary>
    public ApiClient InSession(Party party) => new(new SignedHttpClient(http, Address, new SessionSource(http, Address, RequestSigner.FromPem(party.KeyId, party.PrivatePem))));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
