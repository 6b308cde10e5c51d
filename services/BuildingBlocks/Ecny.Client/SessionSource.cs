using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Ecny.Client.Signing;

namespace Ecny.Client;

/// <summary>Opens a session with an institution's own key and renews it in time. One source serves any number of clients: a session is valid at every service.</summary>
public sealed class SessionSource(HttpClient http, Uri service, RequestSigner ownKey) : IDisposable
{
    private static readonly TimeSpan _renewBefore = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _opening = new(1);
    private volatile Session? _current;

    /// <summary>The signer of the present session; opens one when there is none or it ends within two minutes.</summary>
    /// <exception cref="HttpRequestException">The session was refused; the message has the problem.</exception>
    public async ValueTask<RequestSigner> Current(CancellationToken cancellation)
    {
        if (_current is { } session && session.RenewAt > DateTimeOffset.UtcNow) return session.Signer;
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_current is { } opened && opened.RenewAt > DateTimeOffset.UtcNow) return opened.Signer;
            var renewed = await Open(cancellation);
            _current = renewed;
            return renewed.Signer;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Session> Open(CancellationToken cancellation)
    {
        var body = "{\"ttlSeconds\":900}"u8.ToArray();
        using var request = SignedHttpClient.CreateRequest(HttpMethod.Post, new Uri(service, "/v1/sessions"), body, ownKey);
        using var response = await http.SendAsync(request, cancellation);
        var answer = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"No session at {service}: {(int)response.StatusCode} {answer}"), null, response.StatusCode);
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        var signer = RequestSigner.FromSession(root.GetProperty("keyId").GetString()!, root.GetProperty("secret").GetString()!);
        return new Session(signer, root.GetProperty("expiresAt").GetDateTimeOffset() - _renewBefore);
    }

    public void Dispose() => _opening.Dispose();

    private sealed record Session(RequestSigner Signer, DateTimeOffset RenewAt);
}
