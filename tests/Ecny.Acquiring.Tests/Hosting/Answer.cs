using System.Net;
using System.Text.Json;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>An HTTP answer with its JSON.</summary>
public sealed record Answer(HttpStatusCode Status, bool Replayed, string? Location, TimeSpan? RetryAfter, JsonElement Body)
{
    public int Code => (int)Status;

    public string? this[string field] => Body.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    public long Number(string field) => Body.GetProperty(field).GetInt64();

    /// <summary>Field and code of the first field error of a problem.</summary>
    public (string? Field, string? Code) Error => Body.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0
        ? (errors[0].GetProperty("field").GetString(), errors[0].GetProperty("code").GetString())
        : (null, null);

    public override string ToString() => $"{Code} {Body}";

    public static async Task<Answer> Read(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers.Contains("Idempotent-Replayed"), response.Headers.Location?.ToString(), response.Headers.RetryAfter?.Delta,
            text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }
}
