using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecny.Local.City;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>An endpoint as its OpenAPI document describes it.</summary>
/// <param name="Roles">Who may call it; empty for any institution.</param>
/// <param name="OwnKey">Only with the institution's own key.</param>
/// <param name="Body">The example body; null when it takes none.</param>
/// <param name="TextFields">Members of the body that are strings, with paths as problems name them.</param>
public sealed partial record ApiOperation(
    ServiceKind Service, HttpMethod Method, string Path, IReadOnlyList<string> Roles, bool OwnKey, bool TakesBody, JsonObject? Body, IReadOnlyList<string> TextFields,
    IReadOnlyList<string> PathParameters, IReadOnlyList<(string Name, bool Required)> QueryParameters)
{
    public override string ToString() => $"{Method} {Path}";

    /// <summary>All endpoints of a document that take signed requests.</summary>
    public static IEnumerable<ApiOperation> Of(ServiceKind service, JsonElement document)
    {
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var verb in path.Value.EnumerateObject())
            {
                var who = verb.Value.GetProperty("description").GetString()!;
                if (who.EndsWith("Needs no signature.", StringComparison.Ordinal)) continue;
                who = who[who.LastIndexOf("Called by ", StringComparison.Ordinal)..];
                var parameters = verb.Value.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToList() : [];
                var content = verb.Value.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").GetProperty("application/json") : default;
                var fields = new List<string>();
                if (content.ValueKind == JsonValueKind.Object) Texts(document, content.GetProperty("schema"), "", fields);
                yield return new ApiOperation(
                    service,
                    HttpMethod.Parse(verb.Name),
                    path.Name,
                    [.. Role().Matches(who).Select(match => match.Groups[1].Value)],
                    !who.Contains("session", StringComparison.Ordinal),
                    content.ValueKind == JsonValueKind.Object,
                    content.ValueKind == JsonValueKind.Object && content.TryGetProperty("example", out var example) ? JsonNode.Parse(example.GetRawText())!.AsObject() : null,
                    fields,
                    [.. parameters.Where(p => p.GetProperty("in").GetString() == "path").Select(Name)],
                    [.. parameters.Where(p => p.GetProperty("in").GetString() == "query").Select(p => (Name(p), p.TryGetProperty("required", out var required) && required.GetBoolean()))]);
            }
    }

    private static string Name(JsonElement parameter) => parameter.GetProperty("name").GetString()!;

    private static void Texts(JsonElement document, JsonElement schema, string path, List<string> fields)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Texts(document, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), path, fields);
            return;
        }
        if (schema.TryGetProperty("oneOf", out var choices))
            foreach (var choice in choices.EnumerateArray()) Texts(document, choice, path, fields);
        if (schema.TryGetProperty("items", out var items)) Texts(document, items, path + "[0]", fields);
        if (schema.TryGetProperty("properties", out var properties))
            foreach (var member in properties.EnumerateObject()) Texts(document, member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", fields);
        var isText = schema.TryGetProperty("type", out var type)
            && (type.ValueKind == JsonValueKind.String ? type.GetString() == "string" : type.EnumerateArray().Any(t => t.GetString() == "string"));
        if (isText || schema.TryGetProperty("enum", out _)) fields.Add(path);
    }

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Role();
}
