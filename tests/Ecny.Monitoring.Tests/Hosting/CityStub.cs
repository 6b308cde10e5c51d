using System.Collections.Concurrent;
using System.Text.Json;
using Ecny.Contracts.Institutions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecny.Monitoring.Tests.Hosting;

/// <summary>
/// What Monitoring sees of the other services: institutions, the journal, health, consumers. Five addresses that answer the same but for the last two. It verifies
/// no signatures: that is not what is tested here.
/// </summary>
public sealed class CityStub : IAsyncDisposable
{
    private readonly WebApplication app;
    private int asked;

    private CityStub(WebApplication app, SyntheticJournal journal) => (this.app, Journal, Addresses) = (app, journal, [.. app.Urls.Select(url => new Uri(url))]);

    /// <summary>Of the five services, in the order of their ports.</summary>
    public IReadOnlyList<Uri> Addresses { get; }
    public Uri Address => Addresses[0];
    public SyntheticJournal Journal { get; }

    /// <summary>How often somebody asked for its health.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Who is known.</summary>
    public IReadOnlyList<Institution> Institutions { get; set; } = [];

    /// <summary>What GET /healthz/ready answers at an address that <see cref="ReadyAt"/> does not name.</summary>
    public (int Status, string Body) Ready { get; set; } = (200, """{"status":"UP","checks":{"database":"UP"}}""");

    /// <summary>What single addresses answer.</summary>
    public ConcurrentDictionary<int, (int Status, string Body)> ReadyAt { get; } = new();

    /// <summary>What GET /v1/consumers answers at an address that <see cref="ConsumersAt"/> does not name.</summary>
    public string Consumers { get; set; } = """{"items":[]}""";

    /// <summary>Consumers of single addresses.</summary>
    public ConcurrentDictionary<int, string> ConsumersAt { get; } = new();

    public static async Task<CityStub> Start(SyntheticJournal journal, IReadOnlyList<Institution> institutions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls([.. Enumerable.Repeat("http://127.0.0.1:0", 5)]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        CityStub? stub = null;
        app.MapGet("/v1/institutions/changes", (long after) => Json(JsonSerializer.Serialize(new InstitutionChanges
        {
            Items = [.. stub!.Institutions.Select((one, i) => new InstitutionChange { Sequence = i + 1, Institution = one }).Where(change => change.Sequence > after)],
            LastSequence = stub.Institutions.Count,
        }, InstitutionFeedJson.Default.InstitutionChanges)));
        app.MapGet("/v1/journal/heads", () => Json($$"""[{"shard":0,"epoch":1,"seq":{{journal.Head}},"businessDate":"2026-01-05"}]"""));
        app.MapGet("/v1/journal", (long after, int limit) => Results.Bytes(journal.Page(after, limit), "application/json"));
        app.MapGet("/healthz/ready", (HttpContext http) =>
        {
            Interlocked.Increment(ref stub!.asked);
            var (status, body) = stub.ReadyAt.GetValueOrDefault(http.Connection.LocalPort, stub.Ready);
            return Results.Content(body, "application/json", statusCode: status);
        });
        app.MapGet("/v1/consumers", (HttpContext http) => Json(stub!.ConsumersAt.GetValueOrDefault(http.Connection.LocalPort, stub.Consumers)));
        await app.StartAsync();
        return stub = new CityStub(app, journal) { Institutions = institutions };
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static IResult Json(string text) => Results.Content(text, "application/json");
}
