using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Institutions;
using Ecny.Local.City;
using Ecny.Local.Postgres;
using Ecny.Monitoring.Tests.Hosting;
using Ecny.Testing;
using Microsoft.Playwright;

namespace Ecny.Monitoring.Tests.Pages;

/// <summary>Monitoring as a process from its build output, as <c>up</c> starts it, with a city to watch and a browser that reaches nothing else. Made when the first test asks.</summary>
public sealed class PageCity : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly SemaphoreSlim making = new(1, 1);
    private readonly HttpClient http = new();
    private LocalPostgres? postgres;
    private LocalCity? city;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public CityStub Stub { get; private set; } = null!;
    public SyntheticJournal Journal => Stub.Journal;
    public Uri Address => city![ServiceKind.Monitoring].Url;
    public SignedHttpClient Regulator { get; private set; } = null!;

    /// <summary>Everything runs; a test without a browser is skipped.</summary>
    public async Task Ready()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(static folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null) Requirements.Missing("browser", "Chromium is missing (Debian: apt-get install chromium)");
        if (await PostgresBinaries.Find() is null) Requirements.Missing("postgres", PostgresBinaries.Advice);
        await making.WaitAsync();
        try
        {
            if (browser is not null) return;
            Stub = await CityStub.Start(new SyntheticJournal(1), []);
            new CityDay(Journal, 1).Before(60_000);
            string[] consumers = ["acquiring.orders", "", "clearing.books", "monitoring.indicators", "risk.engine"];
            for (var i = 0; i < consumers.Length; i++) Stub.ConsumersAt[Stub.Addresses[i].Port] = consumers[i].Length == 0 ? """{"items":[]}""" : Consumer(consumers[i], "ACTIVE", 0, 0);
            postgres = await LocalPostgres.Open(PostgresOptions.Temporary(durable: false));
            var settings = new Dictionary<string, string?> { ["Ecny:Institutions:Url"] = Stub.Address.ToString(), ["Ecny:Journal:Url"] = Stub.Address.ToString() };
            foreach (var kind in ServiceKinds.All) settings[$"Ecny:Monitoring:Services:{kind.Name()}"] = Stub.Addresses[(int)kind].ToString();
            city = await LocalCity.StartTemporary(postgres.Databases, settings, [ServiceKind.Monitoring]);
            var folder = city.Options.Folder;
            Stub.Institutions = JsonSerializer.Deserialize(await File.ReadAllTextAsync(Path.Combine(folder, CitySecrets.BootstrapFile)), InstitutionJson.Default.ListInstitution)!;
            Regulator = new SignedHttpClient(http, Address, RequestSigner.FromPem("sandbox-regulator-1", await File.ReadAllTextAsync(Path.Combine(folder, "keys/sandbox-regulator.pem"))));
            await Eventually.Get(Seq, seq => seq >= Journal.Head, "the day counted", TimeSpan.FromSeconds(60));
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
            });
        }
        finally
        {
            making.Release();
        }
    }

    /// <summary>A consumer's line of GET /v1/consumers.</summary>
    public static string Consumer(string name, string state, long lag, double seconds) => JsonSerializer.Serialize(new
    {
        items = new[] { new { consumer = name, shard = 0, state, seq = 1000, head = 1000 + lag, lagEntries = lag, lagSeconds = seconds, gaps = 0, parked = 0 } },
    });

    public async Task<JsonElement> Get(string path)
    {
        using var answer = await Regulator.Get(path, CancellationToken.None);
        if (!answer.IsSuccessStatusCode) return default;
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.Clone();
    }

    /// <summary>A new visitor.</summary>
    public async Task<Visit> Open(string language, ColorScheme scheme = ColorScheme.Light, int width = 1366, int height = 768, string path = "/city")
    {
        await Ready();
        var context = await browser!.NewContextAsync(new()
        {
            Locale = language, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce, TimezoneId = "Asia/Shanghai",
        });
        var visit = new Visit(this, context, await context.NewPageAsync());
        await visit.Go(path);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (city is not null) await city.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        if (Stub is not null) await Stub.DisposeAsync();
        http.Dispose();
        making.Dispose();
    }

    private async Task<long> Seq() => await Get("/v1/indicators") is { ValueKind: JsonValueKind.Object } indicators && indicators.GetProperty("asOf").GetArrayLength() > 0
        ? indicators.GetProperty("asOf")[0].GetProperty("seq").GetInt64()
        : 0;
}
