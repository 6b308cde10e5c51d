using System.Net;
using System.Net.Http.Headers;
using Ecny.Local.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecny.Messaging.Tests;

/// <summary>The port where a sidecar brings events, without a sidecar.</summary>
public sealed class EventDoorTests
{
    private const string Topic = "ecny.test.v1", Token = "a-token-that-only-the-sidecar-knows";

    [Fact]
    public async Task all_that_listen_to_a_topic_get_each_event_and_without_any_it_comes_again_later()
    {
        var options = new DaprOptions { Url = new Uri("http://127.0.0.1:1"), EventPort = FreePort.Take(), AppToken = Token };
        await using var door = new EventDoor(options, new NoLetters(), NullLogger<EventDoor>.Instance);
        await door.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { DefaultRequestHeaders = { { "dapr-api-token", Token } } };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Post(http, options));

        var heard = new List<string>();
        var first = door.Open(Topic, _ => heard.Add("first"));
        var second = door.Open(Topic, _ => heard.Add("second"));
        Assert.Equal(HttpStatusCode.OK, await Post(http, options));
        Assert.Equal(["first", "second"], heard);

        first.Dispose();
        Assert.Equal(HttpStatusCode.OK, await Post(http, options));
        Assert.Equal(["first", "second", "second"], heard);

        second.Dispose();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Post(http, options));
        Assert.Equal(3, heard.Count);
    }

    private static async Task<HttpStatusCode> Post(HttpClient http, DaprOptions options)
    {
        using var body = new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents+json") } };
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{options.EventPort}/events/{Topic}"), body, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private sealed class NoLetters : IDeadLetters
    {
        public Task Store(byte[] letter, CancellationToken stop) => throw new NotSupportedException("No dead letter is expected here.");
    }
}
