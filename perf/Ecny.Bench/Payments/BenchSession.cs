using System.Text.Json;
using Ecny.Bench.Http;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Local.City;

namespace Ecny.Bench.Payments;

/// <summary>A sandbox institution's session: opened once with its own key, good for 15 minutes, which is longer than a benchmark.</summary>
internal sealed record BenchSession(string KeyId, byte[] Secret)
{
    public static async Task<BenchSession> Open(HttpClient http, LocalCity city, string institution, CancellationToken stop)
    {
        using var key = OwnKey(city, institution);
        var client = new SignedHttpClient(http, city[ServiceKind.Acquiring].Url, key);
        using var answer = await client.Send(HttpMethod.Post, "/v1/sessions", "{\"ttlSeconds\":900}"u8.ToArray(), stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"No session for {institution}: {text}");
        using var json = JsonDocument.Parse(text);
        return new BenchSession(json.RootElement.GetProperty("keyId").GetString()!, json.RootElement.GetProperty("secret").GetBytesFromBase64());
    }

    /// <summary>The institution's own key.</summary>
    public static RequestSigner OwnKey(LocalCity city, string institution)
    {
        var facts = SandboxInstitution.Public.Single(i => i.Id == institution);
        return RequestSigner.FromPem(facts.KeyId, File.ReadAllText(Path.Combine(city.Options.Folder, facts.KeyFile)));
    }

    public SessionSigner SignerFor(Uri service) => new(service, KeyId, Secret);
}
