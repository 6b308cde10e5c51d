using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecny.Client.Signing;

namespace Ecny.Client;

/// <summary>Sends signed requests to one service: with the institution's own key, or with sessions that renew themselves.</summary>
public sealed class SignedHttpClient
{
    private readonly HttpClient _http;
    private readonly RequestSigner? _ownKey;
    private readonly SessionSource? _sessions;

    /// <summary>Every request is signed with the institution's own key.</summary>
    public SignedHttpClient(HttpClient http, Uri service, RequestSigner ownKey)
    {
        (_http, Service, _ownKey) = (http, service, ownKey);
    }

    /// <summary>Every request is signed with the source's session.</summary>
    public SignedHttpClient(HttpClient http, Uri service, SessionSource sessions)
    {
        (_http, Service, _sessions) = (http, service, sessions);
    }

    /// <summary>Base address: scheme, host and port.</summary>
    public Uri Service { get; }

    /// <param name="pathAndQuery">As it shall be on the wire: encoded, starting with a slash.</param>
    /// <param name="json">Body; empty for none.</param>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        var signer = _ownKey ?? await _sessions!.Current(cancellation);
        using var request = CreateRequest(method, new Uri(Service, pathAndQuery), json, signer);
        return await _http.SendAsync(request, cancellation);
    }

    public Task<HttpResponseMessage> Get(string pathAndQuery, CancellationToken cancellation) => Send(HttpMethod.Get, pathAndQuery, default, cancellation);

    public Task<HttpResponseMessage> Post<T>(string pathAndQuery, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Send(HttpMethod.Post, pathAndQuery, JsonSerializer.SerializeToUtf8Bytes(body, type), cancellation);

    /// <summary>A signed request, ready to be sent once.</summary>
    public static HttpRequestMessage CreateRequest(HttpMethod method, Uri uri, ReadOnlyMemory<byte> json, RequestSigner signer)
    {
        var headers = signer.Sign(method.Method, uri.Authority, uri.PathAndQuery, json.Span);
        var request = new HttpRequestMessage(method, uri);
        if (!json.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Content.Headers.TryAddWithoutValidation("Content-Digest", headers.ContentDigest);
        }
        request.Headers.TryAddWithoutValidation("Signature-Input", headers.SignatureInput);
        request.Headers.TryAddWithoutValidation("Signature", headers.Signature);
        return request;
    }
}
