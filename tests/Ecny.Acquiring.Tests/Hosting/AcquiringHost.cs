using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Ecny.Acquiring.Notifications;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>The service on a real port, as Program starts it, with a ledger in this process.</summary>
public sealed class AcquiringHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly LedgerClient ledger;

    private AcquiringHost(WebApplication app, LedgerClient ledger)
    {
        (this.app, this.ledger) = (app, ledger);
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    /// <param name="database">The service's own database; migrated if need be.</param>
    /// <param name="shard">The ledger.</param>
    /// <param name="institutions">Bootstrap file; null for none.</param>
    /// <param name="tokenKey">Key of the pay codes, base64.</param>
    /// <param name="ledgerTimeout">How long an answer of the ledger is waited for.</param>
    /// <param name="journal">What consumers follow; null: this one only serves.</param>
    public static async Task<AcquiringHost> Start(
        string database, ILedgerShard shard, IEnumerable<Institution>? institutions, string tokenKey, TimeSpan ledgerTimeout, IJournal? journal = null)
    {
        var webhookKey = Path.GetTempFileName();
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256)) await File.WriteAllTextAsync(webhookKey, key.ExportPkcs8PrivateKeyPem());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        var configuration = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Main"] = database,
            ["Ecny:Sessions:CurrentVersion"] = "1",
            ["Ecny:Sessions:MasterKeys:1"] = Convert.ToBase64String(new byte[32]),
            ["Ecny:Keys:TokenKey"] = tokenKey,
            ["Ecny:Acquiring:NotAfter"] = TimeSpan.FromSeconds(2).ToString("c", CultureInfo.InvariantCulture),
            ["Ecny:Roles"] = journal is null ? "serve" : "serve,consume",
            ["Ecny:Webhooks:KeyId"] = "webhooks-test-1",
            ["Ecny:Webhooks:PrivateKeyFile"] = webhookKey,
            ["Ecny:Webhooks:AllowedNetworks"] = "127.0.0.0/8",
            ["Ecny:Webhooks:Schedule"] = "0,1,1,1,1,1,1,1,1,1",
            ["Ecny:Acquiring:ResolvePeriod"] = TimeSpan.FromMilliseconds(50).ToString("c", CultureInfo.InvariantCulture),
        };
        var bootstrap = institutions is null ? null : Path.GetTempFileName();
        if (bootstrap is not null)
        {
            await File.WriteAllTextAsync(bootstrap, JsonSerializer.Serialize([.. institutions!], InstitutionJson.Default.ListInstitution));
            configuration["Ecny:Bootstrap:File"] = bootstrap;
        }
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var ledger = new LedgerClient(_ => shard, new LedgerClientOptions { Timeout = ledgerTimeout });
        builder.Services.AddSingleton(ledger);
        if (journal is not null) builder.Services.AddSingleton(journal);
        Acquiring.Configure(builder);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        EcnyProgram.Migrate(app);
        Acquiring.Map(app);
        await app.StartAsync();
        var directory = app.Services.GetRequiredService<IInstitutionDirectory>();
        await Ecny.Testing.Eventually.True(() => directory.IsLoaded && (institutions is null || institutions.All(one => directory.TryGet(one.Id, out _))), "the institutions to be loaded");
        if (bootstrap is not null) File.Delete(bootstrap);
        _ = app.Services.GetRequiredService<WebhookKeys>();
        File.Delete(webhookKey);
        return new AcquiringHost(app, ledger);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        ledger.Dispose();
    }
}
