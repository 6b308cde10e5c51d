using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Contracts.Institutions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ecny.ServiceDefaults.Sessions;

/// <summary>POST /v1/sessions, at any service: a session's key for the hot path.</summary>
internal static class SessionEndpoint
{
    private const int MinSeconds = 60;
    private const int MaxSeconds = 900;

    public static async Task Open(HttpContext http)
    {
        var ttl = http.BodyBytes().IsEmpty ? MaxSeconds : (await http.ReadBody(SessionJson.Default.SessionRequest)).TtlSeconds ?? MaxSeconds;
        Field.Check(Field.Must(ttl is >= MinSeconds and <= MaxSeconds, "ttlSeconds", "必须在 60 到 900 之间", "must be from 60 to 900"));
        var expiresAt = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().AddSeconds(ttl);
        var session = http.RequestServices.GetRequiredService<SessionKeys>().Open(http.Caller().Institution, expiresAt);
        http.Response.Headers.CacheControl = "no-store";
        await http.WriteJson(
            StatusCodes.Status201Created,
            new SessionAnswer
            {
                KeyId = session.KeyId,
                Algorithm = SignatureAlgorithms.HmacSha256,
                Secret = Convert.ToBase64String(session.Secret),
                ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(session.ExpiresAt).ToOffset(TimeSpan.FromHours(8)),
            },
            SessionJson.Default.SessionAnswer);
    }
}

/// <summary>Body of POST /v1/sessions; 60 … 900 seconds, 900 when absent.</summary>
public sealed record SessionRequest
{
    public int? TtlSeconds { get; init; }
}

/// <summary>The session. The HMAC key is the decoded secret (32 bytes).</summary>
public sealed record SessionAnswer
{
    public required string KeyId { get; init; }
    public required string Algorithm { get; init; }
    public required string Secret { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionAnswer))]
internal sealed partial class SessionJson : JsonSerializerContext;
