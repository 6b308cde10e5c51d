using System.Net;
using System.Text.Json;
using Ecny.Client;
using Ecny.Contracts.Institutions;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Monitoring.Tests.Hosting;

/// <summary>Monitoring on a real port, as Program starts it, with a database of its own and a city to watch.</summary>
public sealed class Watched : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new();
    private readonly string keyFile;

    private Watched(WebApplication app, CityStub city, string keyFile) => (this.app, City, this.keyFile) = (app, city, keyFile);

    public static TestInstitution OperatorA { get; } = TestInstitution.Create("operator-a", Role.Operator, 101);
    public static TestInstitution OperatorB { get; } = TestInstitution.Create("operator-b", Role.Operator, 102);
    public static TestInstitution Regulator { get; } = TestInstitution.Create("regulator", Role.Regulator);
    public static TestInstitution Acquirer { get; } = TestInstitution.Create("acquirer", Role.Acquirer);
    private static TestInstitution Service { get; } = TestInstitution.Create("service-monitoring", Role.Service);

    public CityStub City { get; }
    public SyntheticJournal Journal => City.Journal;
    public Uri Address => new(app.Urls.Single());
    public IServiceProvider Services => app.Services;
    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public static async Task<Watched> Start(PostgresFixture postgres, SyntheticJournal journal, params IReadOnlyList<(string Key, string Value)> settings)
    {
        var city = await CityStub.Start(journal, [OperatorA.Institution, OperatorB.Institution, Regulator.Institution, Acquirer.Institution, Service.Institution]);
        var keyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(keyFile, Service.PrivateKeyPem);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing", ApplicationName = "Ecny.Monitoring" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Main"] = await postgres.CreateDatabase(),
            ["Ecny:Sessions:CurrentVersion"] = "1",
            ["Ecny:Sessions:MasterKeys:1"] = Convert.ToBase64String(new byte[32]),
            ["Ecny:Institutions:Url"] = city.Address.ToString(),
            ["Ecny:Journal:Url"] = city.Address.ToString(),
            ["Ecny:Service:Id"] = "service-monitoring",
            ["Ecny:Service:KeyId"] = "service-monitoring-1",
            ["Ecny:Service:PrivateKeyFile"] = keyFile,
            ["Ecny:Monitoring:Services:wallets"] = city.Address.ToString(),
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        MonitoringService.Configure(builder);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        EcnyProgram.Migrate(app);
        MonitoringService.Map(app);
        await app.StartAsync();
        var watched = new Watched(app, city, keyFile);
        await Eventually.True(() => app.Services.GetRequiredService<IInstitutionDirectory>().IsLoaded, "the institutions");
        return watched;
    }

    /// <summary>Waits until everything in the journal is counted.</summary>
    public async Task Counted(TimeSpan? within = null)
    {
        var board = Services.GetRequiredService<ConsumerBoard>();
        var head = Journal.Head;
        await Eventually.Get(() => Task.FromResult(board.Statuses.Single()), status => status.Seq >= head, $"the consumer at {head}", within ?? TimeSpan.FromSeconds(60));
    }

    public SignedHttpClient As(TestInstitution institution) => new(http, Address, institution.Signer);

    public async Task<JsonElement> Get(TestInstitution institution, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await As(institution).Get(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await City.DisposeAsync();
        File.Delete(keyFile);
    }
}
