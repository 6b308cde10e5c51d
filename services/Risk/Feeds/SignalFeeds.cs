using System.Text.Json;
using Ecny.Contracts.Institutions;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.ServiceDefaults.Json;

namespace Ecny.Risk.Feeds;

/// <summary>The feeds by signed pull: each for one role only. A reader that keeps its place has everything when the sequences it got have no gap.</summary>
public static class SignalFeeds
{
    public static void MapSignalFeeds(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/feeds/public-security/signals", (HttpContext http, OutboxReader outbox) => Read(http, outbox, Topics.FeedPublicSecurity)).Allow(Role.PublicSecurity)
            .Describes<SignalPage>("Signals of the fraud track", "after", "limit").WithTags("Feeds");
        app.MapGet("/v1/feeds/regulator/signals", (HttpContext http, OutboxReader outbox) => Read(http, outbox, Topics.FeedRegulator)).Allow(Role.Regulator)
            .Describes<SignalPage>("Signals of the anti-money-laundering track", "after", "limit").WithTags("Feeds");
    }

    internal static string TopicOf(string feed) => feed switch
    {
        "public-security" => Topics.FeedPublicSecurity,
        "regulator" => Topics.FeedRegulator,
        _ => throw new InvalidOperationException($"There is no feed {feed}."),
    };

    private static async Task Read(HttpContext http, OutboxReader outbox, string topic)
    {
        var after = Page.After(http);
        var facts = await outbox.Read(topic, after, Page.Limit(http), http.RequestAborted);
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { SkipValidation = true, Encoder = StrictJson.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        foreach (var fact in facts)
        {
            // The signal as it was told, with its sequence as the first member instead of in an envelope around it.
            using var signal = JsonDocument.Parse(EventEnvelope.Parse(fact.Envelope).Data);
            json.WriteStartObject();
            json.WriteNumber("sequence"u8, fact.Seq);
            foreach (var member in signal.RootElement.EnumerateObject()) member.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("lastSequence"u8, facts.Count > 0 ? facts[^1].Seq : after);
        json.WriteEndObject();
        json.Flush();
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
