using System.Runtime.CompilerServices;
using System.Text.Json;
using Ecny.Client;
using Ecny.Monitoring.Tests.Hosting;

namespace Ecny.Monitoring.Tests.Live;

/// <summary>A reader of /v1/live.</summary>
internal static class EventStream
{
    public static async IAsyncEnumerable<JsonElement> Read(Watched watched, HttpClient http, TestInstitution caller, [EnumeratorCancellation] CancellationToken stop)
    {
        using var request = SignedHttpClient.CreateRequest(HttpMethod.Get, new Uri(watched.Address, "/v1/live"), default, caller.Signer);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        while (await lines.ReadLineAsync(stop) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return JsonDocument.Parse(line[6..]).RootElement.Clone();
    }
}
