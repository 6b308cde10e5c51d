using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ecny.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults.Json;

/// <summary>Strict reading of bodies: one fast pass; only when it fails a second one that names every field that is wrong.</summary>
public static class StrictJson
{
    /// <summary>Text as it is (Chinese, the + of a time's offset), but for what JSON itself must escape; answers say nosniff.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <exception cref="ApiException">MALFORMED_JSON, UNKNOWN_FIELD or INVALID_FIELD, with the fields.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type) where T : class
    {
        RequireStrict(type.Options);
        T? value = null;
        try
        {
            value = JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            throw JsonDiagnosis.Explain(body, type);
        }
        // Control characters can only be written as escapes, so a body without a backslash has none.
        if (value is null || (body.Contains((byte)'\\') && JsonDiagnosis.HasControlCharacter(body))) throw JsonDiagnosis.Explain(body, type);
        return value;
    }

    internal static void RequireJsonContent(HttpRequest request)
    {
        if (!IsJson(request.ContentType) || request.Headers.ContentEncoding.Count != 0) throw new ApiException(ApiCode.UNSUPPORTED_MEDIA_TYPE);
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        var text = contentType.AsSpan();
        var semicolon = text.IndexOf(';');
        var media = (semicolon < 0 ? text : text[..semicolon]).Trim();
        if (!media.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return false;
        if (semicolon < 0) return true;
        var parameter = text[(semicolon + 1)..].Trim();
        return parameter.IsEmpty
            || parameter.Equals("charset=utf-8", StringComparison.OrdinalIgnoreCase)
            || parameter.Equals("charset=\"utf-8\"", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A context that would let a typo in money pass is a fault of ours, found at the first request.</summary>
    private static void RequireStrict(JsonSerializerOptions options)
    {
        if (options.UnmappedMemberHandling != JsonUnmappedMemberHandling.Disallow || options.AllowDuplicateProperties || options.PropertyNameCaseInsensitive
            || !options.RespectNullableAnnotations || !options.RespectRequiredConstructorParameters || options.NumberHandling != JsonNumberHandling.Strict)
            throw new InvalidOperationException("The JSON context of a request body must be generated with JsonSerializerDefaults.Strict.");
    }
}
