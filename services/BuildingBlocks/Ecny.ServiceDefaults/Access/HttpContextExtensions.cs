using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecny.ServiceDefaults.Access;
using Ecny.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults;

/// <summary>What handlers do with a request: who called, the strict body, the answer.</summary>
public static class HttpContextExtensions
{
    [ThreadStatic] private static Utf8JsonWriter? _writer;

    /// <summary>Who signed this request. Only for endpoints that take signed requests.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<SignedRequest>()?.Caller ?? throw new InvalidOperationException("The endpoint takes unsigned requests: it has no caller.");

    /// <summary>
    /// Parses the body strictly; what is wrong is refused by name (UNKNOWN_FIELD, INVALID_FIELD, MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE).
    /// The context of <paramref name="type"/> must be generated with <see cref="JsonSerializerDefaults.Strict"/> and camelCase names.
    /// </summary>
    /// <exception cref="Ecny.Contracts.Errors.ApiException">The body is refused.</exception>
    public static ValueTask<T> ReadBody<T>(this HttpContext http, JsonTypeInfo<T> type) where T : class
    {
        StrictJson.RequireJsonContent(http.Request);
        return new ValueTask<T>(StrictJson.Parse(http.BodyBytes().Span, type));
    }

    /// <summary>The body's bytes, valid until the request ends.</summary>
    public static ReadOnlyMemory<byte> BodyBytes(this HttpContext http) => http.Features.Get<SignedRequest>()?.Body ?? default;

    /// <summary>Answers with JSON. The value is serialized into the connection's own buffer.</summary>
    public static Task WriteJson<T>(this HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        var writer = _writer ??= new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { SkipValidation = true, Encoder = StrictJson.Encoder });
        writer.Reset(response.BodyWriter);
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        response.ContentLength = writer.BytesCommitted;
        writer.Reset(Stream.Null);
        return response.BodyWriter.FlushAsync(http.RequestAborted).AsTaskOrCompleted();
    }

    /// <summary>201 with the place of the thing that was created.</summary>
    public static Task WriteCreated<T>(this HttpContext http, string location, T value, JsonTypeInfo<T> type)
    {
        http.Response.Headers.Location = location;
        return http.WriteJson(StatusCodes.Status201Created, value, type);
    }

    /// <summary>202: the outcome is not known yet; where to ask and after how many seconds.</summary>
    public static Task WriteProcessing<T>(this HttpContext http, string location, int retryAfterSeconds, T value, JsonTypeInfo<T> type)
    {
        http.Response.Headers.Location = location;
        http.Response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return http.WriteJson(StatusCodes.Status202Accepted, value, type);
    }

    /// <summary>Marks the answer as that of an earlier request with the same number and content.</summary>
    public static void MarkReplayed(this HttpContext http) => http.Response.Headers["Idempotent-Replayed"] = "true";

    private static Task AsTaskOrCompleted(this ValueTask<System.IO.Pipelines.FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully) return flush.AsTask();
        _ = flush.Result;
        return Task.CompletedTask;
    }
}
