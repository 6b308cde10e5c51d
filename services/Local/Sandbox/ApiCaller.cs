using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary>
/// Calls the public API as one institution, with its own key. What may pass by itself (a service that has not yet heard of the institution,
/// overload, an outcome not known yet) is repeated with the same body until it is answered for good.
/// </summary>
public sealed class ApiCaller : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly RequestSigner _signer;
    private readonly string _institution;

    /// <summary>Calls as <paramref name="institution"/>, whose private key is the PEM file.</summary>
    public ApiCaller(string institution, string keyId, string privateKeyFile)
    {
        _institution = institution;
        _signer = RequestSigner.FromPem(keyId, File.ReadAllText(privateKeyFile));
    }

    /// <summary>Calls as one of the institutions of a city.</summary>
    public static ApiCaller For(LocalCity city, string institution)
    {
        SandboxInstitution known = SandboxInstitution.Public.Concat(SandboxInstitution.Internal).First(other => other.Id == institution);
        return new ApiCaller(known.Id, known.KeyId, Path.Combine(city.Options.Folder, known.KeyFile));
    }

    /// <summary>POSTs a body that carries its own number, and returns the decided answer.</summary>
    public Task<JsonElement> Post(CityService service, string path, object body, CancellationToken cancel) =>
        Settle(service, HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body), cancel);

    /// <summary>GETs a thing.</summary>
    public Task<JsonElement> Get(CityService service, string path, CancellationToken cancel) =>
        Settle(service, HttpMethod.Get, path, default, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        _http.Dispose();
    }

    private async Task<JsonElement> Settle(CityService service, HttpMethod method, string path, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var client = new SignedHttpClient(_http, service.Url, _signer);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string problem;
            try
            {
                using HttpResponseMessage answer = await client.Send(method, path, body, cancel);
                string text = await answer.Content.ReadAsStringAsync(cancel);
                if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    using JsonDocument json = JsonDocument.Parse(text);
                    return json.RootElement.Clone();
                }

                problem = $"{(int)answer.StatusCode} {text}";
                if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict)
                {
                    throw new LocalException($"{method} {path} by {_institution} was refused: {problem}");
                }
            }
            catch (HttpRequestException e)
            {
                problem = e.Message;
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new LocalException($"{method} {path} by {_institution} had no good answer within {Patience.TotalSeconds:0} s, the last: {problem}");
            }

            await Task.Delay(Pause, cancel);
        }
    }
}
