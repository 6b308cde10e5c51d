using System.Text.Json;
using Ecny.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecny.Messaging;

/// <summary>A topic as a feed over HTTP: what a reader pulls when messages were lost, or when it has no broker.</summary>
public static class OutboxFeed
{
    /// <summary><c>GET path?after=&amp;limit=</c> → <c>{items: [event …], lastSequence}</c>, sequences from 1 without gaps. Add <c>.Allow(…)</c>.</summary>
    public static IEndpointConventionBuilder MapOutboxFeed(this IEndpointRouteBuilder app, string path, string topic, string summary) =>
        app.MapGet(path, (HttpContext http, OutboxReader outbox) => Read(http, outbox, topic)).Describes<OutboxPage>(summary, "after", "limit");

    private static async Task Read(HttpContext http, OutboxReader outbox, string topic)
    {
        var after = Page.After(http);
        var facts = await outbox.Read(topic, after, Page.Limit(http), http.RequestAborted);
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, EnvelopeJson.WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        foreach (var fact in facts) json.WriteRawValue(fact.Envelope, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteNumber("lastSequence"u8, facts.Count > 0 ? facts[^1].Seq : after);
        json.WriteEndObject();
        json.Flush();
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}

/// <summary>A page of events, for the API's description.</summary>
public sealed record OutboxPage
{
    /// <summary>CloudEvents 1.0 in structured JSON; the attribute <c>sequence</c> numbers them.</summary>
    public required IReadOnlyList<JsonElement> Items { get; init; }
    public required long LastSequence { get; init; }
}
