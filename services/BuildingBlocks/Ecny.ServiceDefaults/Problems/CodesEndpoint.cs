using System.Text.Json;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults.Problems;

/// <summary>GET /v1/codes: the catalogue, both languages, the same at every service.</summary>
internal static class CodesEndpoint
{
    private static readonly byte[] _answer = Build();

    public static Task Get(HttpContext http)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.ContentLength = _answer.Length;
        return http.Response.Body.WriteAsync(_answer, 0, _answer.Length, http.RequestAborted);
    }

    private static byte[] Build()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = StrictJson.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var entry in ApiCodes.All)
            {
                writer.WriteStartObject();
                writer.WriteString("code", entry.Code);
                writer.WriteNumber("status", entry.Status);
                writer.WriteString("kind", entry.IsDecline ? "DECLINE" : "REFUSAL");
                WriteTexts(writer, "meaning", entry.Zh, entry.En);
                WriteTexts(writer, "advice", entry.AdviceZh, entry.AdviceEn);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, string zh, string en)
    {
        writer.WriteStartObject(name);
        writer.WriteString("zh-CN", zh);
        writer.WriteString("en", en);
        writer.WriteEndObject();
    }
}

/// <summary>Answer of GET /v1/codes, as the OpenAPI document shows it.</summary>
internal sealed record Catalogue
{
    public required IReadOnlyList<CatalogueItem> Items { get; init; }
}

internal sealed record CatalogueItem
{
    public required string Code { get; init; }
    public required int Status { get; init; }
    public required string Kind { get; init; }
    public required IReadOnlyDictionary<string, string> Meaning { get; init; }
    public required IReadOnlyDictionary<string, string> Advice { get; init; }
}
