using System.Text.Json;
using Ecny.Contracts.Institutions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecny.Monitoring.Tests.Hosting;

/// <summary>What Monitoring sees of the other services, at one address: institutions, the journal, health, consumers. It verifies no signatures: that is not what is tested here.</summary>
public sealed class CityStub : IAsyncDisposable
{
    private readonly WebApplication app;
    private int asked;

    private CityStub(WebApplication app, SyntheticJournal journal) => (this.app, Journal, Address) = (app, journal, new Uri(app.Urls.Single()));

    public Uri Address { get; }
    public SyntheticJournal Journal { get; }

    /// <summary>How often somebody asked for its health.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>What GET /healthz/ready answers.</summary>
    public (int Status, string Body) Ready { get; set; } = (200, """{"status":"UP","checks":{"database":"UP"}}""");

    /// <summary>What GET /v1/consumers answers.</summary>
    public string Consumers { get; set; } = """{"items":[]}""";

    public static async Task<CityStub> Start(SyntheticJournal journal, IReadOnlyList<Institution> institutions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        CityStub? stub = null;
        app.MapGet("/v1/institutions/changes", (long after) => Json(JsonSerializer.Serialize(new InstitutionChanges
        {
            Items = [.. institutions.Select((one, i) => new InstitutionChange { Sequence = i + 1, Institution = one }).Where(change => change.Sequence > after)],
            LastSequence = institutions.Count,
        }, InstitutionFeedJson.Default.InstitutionChanges)));
        app.MapGet("/v1/journal/heads", () => Json($$"""[{"shard":0,"epoch":1,"seq":{{journal.Head}},"businessDate":"2026-01-05"}]"""));
        app.MapGet("/v1/journal", (long after, int limit) => Results.Bytes(journal.Page(after, limit), "application/json"));
        app.MapGet("/healthz/ready", () =>
        {
            Interlocked.Increment(ref stub!.asked);
            return Results.Content(stub.Ready.Body, "application/json", statusCode: stub.Ready.Status);
        });
        app.MapGet("/v1/consumers", () => Json(stub!.Consumers));
        await app.StartAsync();
        return stub = new CityStub(app, journal);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static IResult Json(string text) => Results.Content(text, "application/json");
}
