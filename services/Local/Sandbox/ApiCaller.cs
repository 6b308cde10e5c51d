using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Ledger.Audit;
using Ecny.Local.Simulator;

namespace Ecny.Local.Sandbox;

/// <summary>How long a caller asks again.</summary>
/// <param name="Unknown">While the outcome is not known: 5xx, 429, 202, a lost connection.</param>
/// <param name="Refused">While a refusal may pass by itself: a service that has just started may not have heard of an institution or a merchant yet.</param>
public sealed record ApiPatience(TimeSpan Unknown, TimeSpan Refused);

/// <summary>
/// One institution of the sandbox at the public API, which behaves as a good client must: what is unknown is repeated under the same number
/// until it is decided.
/// </summary>
public class ApiCaller : IDisposable
{
    private readonly Dictionary<string, SignedHttpClient> _services;
    private readonly RequestSigner _key;
    private readonly SessionSource? _sessions;

    /// <summary>A caller that signs with sessions, or everything with its own key, as onboarding demands.</summary>
    /// <param name="http">Shared by all institutions.</param>
    /// <param name="sandbox">Addresses and keys.</param>
    /// <param name="institution">Who calls.</param>
    /// <param name="withOwnKey">Whether every request is signed with the institution's own key.</param>
    /// <param name="patience">How long it asks again.</param>
    public ApiCaller(HttpClient http, SandboxFile sandbox, string institution, bool withOwnKey, ApiPatience patience)
    {
        Institution = institution;
        Patience = patience;
        _key = RequestSigner.FromPem(sandbox.Institutions.First(key => key.Id == institution).KeyId, sandbox.PrivateKeyPem(institution));
        _sessions = withOwnKey ? null : new SessionSource(http, new Uri(sandbox.Services["acquiring"]), _key);
        _services = sandbox.Services.ToDictionary(
            service => service.Key,
            service => _sessions is null ? new SignedHttpClient(http, new Uri(service.Value), _key) : new SignedHttpClient(http, new Uri(service.Value), _sessions));
    }

    /// <summary>Who calls.</summary>
    public string Institution { get; }

    /// <summary>How long it asks again.</summary>
    protected ApiPatience Patience { get; }

    /// <summary>An HTTP client that holds many connections and does not wait for ever.</summary>
    public static HttpClient CreateHttp(int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>A POST whose answer is a thing (wallet, token, pay code, order, merchant), or a decided outcome.</summary>
    /// <exception cref="LocalException">Refused, or not answered in time.</exception>
    public Task<JsonElement> Create(string service, string path, JsonObject body, CancellationToken stop) =>
        Ask(HttpMethod.Post, service, path, Encoding.UTF8.GetBytes(body.ToJsonString()), stop);

    /// <summary>A GET.</summary>
    /// <exception cref="LocalException">Refused, or not answered in time.</exception>
    public Task<JsonElement> Get(string service, string path, CancellationToken stop) => Ask(HttpMethod.Get, service, path, [], stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees keys and sessions.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sessions?.Dispose();
            _key.Dispose();
        }
    }

    /// <summary>One attempt. A request once sent is not broken off by <paramref name="stop"/>: only its answer says what became of it.</summary>
    protected async Task<Answer> Attempt(HttpMethod method, string service, string path, byte[] json, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage response = await _services[service].Send(method, path, json, CancellationToken.None);
            return await Answer.Read(response, stop);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            // A broken connection says nothing about the attempt: ask again under the same number.
            return Answer.Lost(e.Message);
        }
    }

    private async Task<JsonElement> Ask(HttpMethod method, string service, string path, byte[] json, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Answer answer = await Attempt(method, service, path, json, stop);
            if (answer.Http is HttpStatusCode.OK or HttpStatusCode.Created)
            {
                return answer.Body;
            }

            TimeSpan asked = Stopwatch.GetElapsedTime(start);
            bool mayPass = answer.Http is not (HttpStatusCode.BadRequest or HttpStatusCode.Conflict);
            if (answer.Client == ClientAnswer.Refused && (!mayPass || asked >= Patience.Refused))
            {
                throw new LocalException($"{method} {path} was refused for {Institution}: {(int)answer.Http} {answer.Error} {answer.Body}");
            }

            if (answer.Client != ClientAnswer.Refused && asked >= Patience.Unknown)
            {
                throw new LocalException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{method} {path} for {Institution} had no good answer within {Patience.Unknown.TotalSeconds:0} s, the last: {(int)answer.Http} {answer.Error}. `./ecny status` shows what runs, `./ecny logs {service}` why."));
            }

            await Task.Delay(100, stop);
        }
    }
}
