using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Simulator;

/// <summary>
/// One institution at the public API: signs with sessions, and behaves as a good client must. What is unknown (5xx, 429, 202, a lost
/// connection) is repeated under the same number until it is decided; every final answer goes into the <see cref="ClientHistory"/>.
/// </summary>
public sealed class CityApi : IDisposable
{
    // Long enough for a service that is killed, comes back, and is cut off again.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(3);
    private readonly Dictionary<string, SignedHttpClient> _services;
    private readonly SessionSource _sessions;
    private readonly RequestSigner _key;
    private readonly ClientHistory _history;

    /// <param name="http">Shared by all institutions.</param>
    /// <param name="sandbox">Addresses and keys.</param>
    /// <param name="institution">Who calls.</param>
    /// <param name="history">Where final answers are kept.</param>
    public CityApi(HttpClient http, SandboxFile sandbox, string institution, ClientHistory history)
    {
        Institution = institution;
        _history = history;
        _key = RequestSigner.FromPem(sandbox.Institutions.First(key => key.Id == institution).KeyId, sandbox.PrivateKeyPem(institution));
        _sessions = new SessionSource(http, new Uri(sandbox.Services["acquiring"]), _key);
        _services = sandbox.Services.ToDictionary(service => service.Key, service => new SignedHttpClient(http, new Uri(service.Value), _sessions));
    }

    public string Institution { get; }

    /// <summary>An HTTP client that holds many connections and does not wait for ever.</summary>
    public static HttpClient CreateHttp(int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>A request that moves money (or forbids it): final in the end, or <see cref="ClientAnswer.Unknown"/> after three minutes of asking.</summary>
    /// <param name="service">acquiring or wallets.</param>
    /// <param name="kind">Number space of <paramref name="number"/>.</param>
    /// <param name="number">The caller's number, as in the body.</param>
    /// <param name="amount">Fen, null where the request names none.</param>
    /// <param name="path">Path of the POST.</param>
    /// <param name="body">JSON body.</param>
    /// <param name="stop">Ends asking; what is not decided by then is unknown.</param>
    public async Task<Answer> Money(string service, NumberKind kind, string number, long? amount, string path, JsonObject body, CancellationToken stop)
    {
        var json = Encoding.UTF8.GetBytes(body.ToJsonString());
        var watch = Stopwatch.StartNew();
        var attempts = 0;
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            attempts++;
            var answer = await Attempt(service, path, json, stop);
            if (answer.IsFinal)
            {
                _history.Add(new ClientRecord(Institution, kind, number, amount, answer.Client, answer.Code), watch.Elapsed, attempts, answer.Error);
                return answer;
            }
            if (watch.Elapsed > GiveUpAfter || stop.IsCancellationRequested)
            {
                _history.Add(new ClientRecord(Institution, kind, number, amount, ClientAnswer.Unknown), watch.Elapsed, attempts, answer.Error);
                return answer;
            }
            await Task.Delay(pause, CancellationToken.None);
            pause = TimeSpan.FromMilliseconds(Math.Min(1_000, pause.TotalMilliseconds * 2));
        }
    }

    /// <summary>A request whose answer is a thing (wallet, token, pay code, order, merchant): repeated while the outcome is unknown.</summary>
    /// <exception cref="LocalException">Refused, or not answered within three minutes.</exception>
    public async Task<JsonElement> Create(string service, string path, JsonObject body, CancellationToken stop)
    {
        var json = Encoding.UTF8.GetBytes(body.ToJsonString());
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await Attempt(service, path, json, stop);
            if (answer.Http is HttpStatusCode.OK or HttpStatusCode.Created) return answer.Body;
            if (answer.Client == ClientAnswer.Refused) throw new LocalException($"POST {path} was refused for {Institution}: {answer.Error} {answer.Body}");
            if (watch.Elapsed > GiveUpAfter) throw new LocalException($"POST {path} was not answered within {GiveUpAfter.TotalSeconds:0} s.");
            await Task.Delay(200, stop);
        }
    }

    public async Task<JsonElement> Get(string service, string path, CancellationToken stop)
    {
        using var response = await _services[service].Get(path, stop);
        var text = await response.Content.ReadAsStringAsync(stop);
        if (!response.IsSuccessStatusCode) throw new LocalException(string.Create(CultureInfo.InvariantCulture, $"GET {path}: {(int)response.StatusCode} {text}"));
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _key.Dispose();
    }

    private async Task<Answer> Attempt(string service, string path, byte[] json, CancellationToken stop)
    {
        try
        {
            using var response = await _services[service].Send(HttpMethod.Post, path, json, CancellationToken.None);
            return await Answer.Read(response, stop);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            // A broken connection says nothing about the attempt: ask again under the same number.
            return Answer.Lost(e.Message);
        }
    }
}
