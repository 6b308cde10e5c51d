using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;

namespace Ecny.Clearing.Tests.Hosting;

/// <summary>Signed calls of one institution.</summary>
public sealed class Api(HttpClient http, Uri service, RequestSigner signer)
{
    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, default, null, null);

    /// <summary>Uploads a file.</summary>
    public Task<Answer> Upload(string path, ReadOnlyMemory<byte> file, string? mediaType = "text/csv", string? encoding = null) => Send(HttpMethod.Post, path, file, mediaType, encoding);

    public Task<Answer> Upload(string path, string file, string? mediaType = "text/csv") => Upload(path, Encoding.UTF8.GetBytes(file), mediaType);

    /// <summary>The same institution with a session.</summary>
    public Api InSession() => new(http, service, new SessionSource(http, service, signer).Current(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult());

    private async Task<Answer> Send(HttpMethod method, string path, ReadOnlyMemory<byte> body, string? mediaType, string? encoding)
    {
        using var request = SignedHttpClient.CreateRequest(method, new Uri(service, path), body, signer);
        if (request.Content is { } content)
        {
            content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
            if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        }
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.Contains("Idempotent-Replayed"), response.Headers.Location?.ToString());
    }
}

public sealed record Answer(int Status, string Text, string? MediaType, bool Replayed, string? Location)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    /// <summary>A member as text.</summary>
    public string this[string name] => Json.GetProperty(name).ToString();

    public IReadOnlyList<JsonElement> Items(string name = "items") => [.. Json.GetProperty(name).EnumerateArray()];

    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>A refusal with its code and, if given, the field it is about.</summary>
    public void ExpectProblem(int status, string code, string? field = null)
    {
        Expect(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, this["code"]);
        if (field is not null) Assert.Contains(Items("errors"), error => error.GetProperty("field").GetString() == field);
    }

    public override string ToString() => $"{Status} {Text}";
}
