using Ecny.Clearing.Comparisons;
using Ecny.Clearing.Tests.Books;
using Ecny.Clearing.Tests.Journals;
using Ecny.Contracts.Institutions;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Clearing.Tests.Hosting;

/// <summary>The service on a real port and a database of its own, as Program starts it; only journal, Acquiring and institutions are the test's.</summary>
public sealed class ClearingHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new();
    private readonly string keyFile;

    private ClearingHost(WebApplication app, MemoryJournal journal, FakeAcquiring acquiring, string database, string keyFile)
    {
        (this.app, Journal, Acquiring, this.keyFile) = (app, journal, acquiring, keyFile);
        Address = new Uri(app.Urls.Single());
        Database = NpgsqlDataSource.Create(database);
    }

    public Uri Address { get; }
    public HttpClient Http => http;
    public MemoryJournal Journal { get; }
    public FakeAcquiring Acquiring { get; }
    public NpgsqlDataSource Database { get; }
    public IServiceProvider Services => app.Services;

    public static async Task<ClearingHost> Start(PostgresFixture postgres, params (string Key, string Value)[] settings) =>
        await Start(await BookKeeping.NewDatabase(postgres), new MemoryJournal(), settings);

    public static async Task<ClearingHost> Start(string database, MemoryJournal journal, params (string Key, string Value)[] settings)
    {
        var keyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(keyFile, Party.Self.Pem);
        (string Key, string Value)[] standard =
        [
            ("ConnectionStrings:Main", database), ("Ecny:Sessions:CurrentVersion", "1"), ("Ecny:Sessions:MasterKeys:1", Convert.ToBase64String(new byte[32])),
            ("Ecny:Institutions:Url", "http://127.0.0.1:9"), ("Ecny:Journal:Url", "http://127.0.0.1:9"), ("Ecny:Service:Id", Party.Self.Id), ("Ecny:Service:KeyId", $"{Party.Self.Id}-1"),
            ("Ecny:Service:PrivateKeyFile", keyFile), ("Ecny:Clearing:CompareEvery", "00:00:00.050"), ("urls", "http://127.0.0.1:0"),
        ];
        var builder = WebApplication.CreateBuilder([.. standard.Concat(settings).Select(setting => $"--{setting.Key}={setting.Value}")]);
        var acquiring = new FakeAcquiring();
        builder.Services.AddSingleton<IJournal>(journal).AddSingleton<IJournalSums>(journal).AddSingleton<IAcquiringTotals>(acquiring);
        ClearingService.Configure(builder);
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("ECNY_TEST_LOG") == "1") builder.Logging.AddSimpleConsole();
        var app = builder.Build();
        ClearingService.Map(app);
        app.Services.GetRequiredService<InstitutionDirectory>().Apply(Party.All.Select((party, i) => new InstitutionChange { Sequence = i + 1, Institution = party.Institution }));
        await app.StartAsync();
        return new ClearingHost(app, journal, acquiring, database, keyFile);
    }

    public Api As(Party party) => new(http, Address, party.Signer);

    /// <summary>Hands a script's new entries over and waits until they are in the books.</summary>
    public async Task Take(JournalScript script)
    {
        Journal.Take(script);
        await Reaches(script.Seq);
    }

    /// <summary>Waits until the books stand there.</summary>
    public Task Reaches(long seq) => Eventually.Get(Seq, at => at >= seq, $"the books at {seq}");

    public async Task<long> Seq()
    {
        await using var command = Database.CreateCommand("SELECT coalesce(max(seq), 0) FROM clearing.shard");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ConsumerStatus Consumer => Assert.Single(app.Services.GetRequiredService<ConsumerBoard>().Statuses);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await Database.DisposeAsync();
        http.Dispose();
        File.Delete(keyFile);
    }
}
