using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Ecny.Client;
using Ecny.Local.City;

namespace Ecny.EndToEnd.Tests.City;

/// <summary>What a service answered.</summary>
public sealed record CityAnswer(HttpStatusCode Status, string MediaType, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string this[string member] => Json.GetProperty(member).ToString();

    /// <summary>The fields that a problem names.</summary>
    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors) ? errors.EnumerateArray().Select(error => error.GetProperty("field").GetString()!) : [];

    public override string ToString() => $"{(int)Status} {Text}";
}

/// <summary>Signed calls of one institution.</summary>
public sealed class CityCaller(SharedCity city, HttpClient http, string institution)
{
    private readonly ConcurrentDictionary<ServiceKind, SignedHttpClient> _sessions = [];

    public Task<CityAnswer> Get(ServiceKind service, string path, bool ownKey = false) => Send(service, HttpMethod.Get, path, "", ownKey);

    public Task<CityAnswer> Post(ServiceKind service, string path, object body) => Send(service, HttpMethod.Post, path, JsonSerializer.Serialize(body));

    /// <param name="path">Path and query as they shall be on the wire.</param>
    /// <param name="body">JSON text; empty for none.</param>
    public async Task<CityAnswer> Send(ServiceKind service, HttpMethod method, string path, string body, bool ownKey = false)
    {
        var client = ownKey ? new SignedHttpClient(http, city.Services[service].Url, city.Key(institution)) : Session(service);
        using var response = await client.Send(method, path, Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        return new CityAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A request of this institution, signed with its own key, that a test can change before it is sent.</summary>
    public HttpRequestMessage Request(ServiceKind service, HttpMethod method, string path, object body) =>
        SignedHttpClient.CreateRequest(method, new Uri(city.Services[service].Url, path), JsonSerializer.SerializeToUtf8Bytes(body), city.Key(institution));

    public async Task<CityAnswer> Send(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new CityAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private SignedHttpClient Session(ServiceKind service) => _sessions.GetOrAdd(service, kind =>
    {
        var address = city.Services[kind].Url;
        return new SignedHttpClient(http, address, new SessionSource(http, address, city.Key(institution)));
    });
}
