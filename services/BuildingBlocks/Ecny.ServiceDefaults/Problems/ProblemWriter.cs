using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.ServiceDefaults.Problems;

/// <summary>Writes RFC 9457 problems; the only place where an error becomes bytes.</summary>
internal static partial class ProblemWriter
{
    public static Task WriteStatus(HttpContext http, int status) => Write(http, new ApiException(CodeOf(status)));

    public static async Task WriteException(HttpContext http, Exception exception, ILogger log)
    {
        var refusal = exception switch
        {
            ApiException api => api,
            BadHttpRequestException bad => new ApiException(CodeOf(bad.StatusCode)),
            NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => new ApiException(ApiCode.UNAVAILABLE),
            TimeoutException => new ApiException(ApiCode.UNAVAILABLE),
            _ => new ApiException(ApiCode.INTERNAL),
        };
        if (refusal.Code is ApiCode.INTERNAL or ApiCode.UNAVAILABLE && exception is not ApiException) Failed(log, exception, http.Request.Method, Route(http), TraceId(http));
        if (http.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            http.Abort();
            return;
        }
        http.Response.Clear();
        await Write(http, refusal);
    }

    public static async Task Write(HttpContext http, ApiException refusal)
    {
        var entry = ApiCodes.Of(refusal.Code);
        var zh = Language.IsChinese(http.Request);
        var response = http.Response;
        response.StatusCode = entry.Status;
        response.ContentType = "application/problem+json; charset=utf-8";
        response.Headers.ContentLanguage = zh ? "zh-CN" : "en";
        response.Headers.CacheControl = "no-store";
        if (entry.Status is 429 or 503) response.Headers.RetryAfter = refusal.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        if (entry.Status is 401) response.Headers.WWWAuthenticate = "Signature";
        if (HttpMethods.IsHead(http.Request.Method)) return;

        // Serialized first: with its length known the answer is whole even where the connection is closed right after it.
        using var buffer = new MemoryStream(512);
        await using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = StrictJson.Encoder })) WriteBody(writer, entry, refusal.Errors, zh, TraceId(http));
        response.ContentLength = buffer.Length;
        await response.BodyWriter.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }

    /// <summary>Head and body of a problem, for a connection whose request never became one; it is closed afterwards.</summary>
    public static byte[] WholeAnswer(HttpContext http, int status)
    {
        var entry = ApiCodes.Of(CodeOf(status));
        var zh = Language.IsChinese(http.Request);
        using var body = new MemoryStream(512);
        using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = StrictJson.Encoder })) WriteBody(writer, entry, [], zh, TraceId(http));
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {entry.Status} {ReasonPhrases.GetReasonPhrase(entry.Status)}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Language: {(zh ? "zh-CN" : "en")}\r\nCache-Control: no-store\r\nDate: {DateTimeOffset.UtcNow:R}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body.ToArray()];
    }

    private static void WriteBody(Utf8JsonWriter writer, ApiCodeEntry entry, IReadOnlyList<FieldError> errors, bool zh, string traceId)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "/v1/codes#" + entry.Code);
        writer.WriteString("title", zh ? entry.Zh : entry.En);
        writer.WriteNumber("status", entry.Status);
        writer.WriteString("detail", zh ? entry.AdviceZh : entry.AdviceEn);
        writer.WriteString("code", entry.Code);
        writer.WriteString("traceId", traceId);
        if (errors.Count != 0)
        {
            writer.WriteStartArray("errors");
            foreach (var error in errors)
            {
                writer.WriteStartObject();
                writer.WriteString("field", error.Field);
                writer.WriteString("code", ApiCodes.Of(error.Code).Code);
                writer.WriteString("message", zh ? error.Zh : error.En);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    /// <summary>The trace's id; without tracing that of the caller's traceparent, else of this request alone.</summary>
    private static string TraceId(HttpContext http)
    {
        if (Activity.Current is { } activity) return activity.TraceId.ToHexString();
        if (http.Items.TryGetValue(typeof(ActivityTraceId), out var known)) return (string)known!;
        var id = ActivityContext.TryParse(http.Request.Headers.TraceParent, null, out var parent)
            ? parent.TraceId.ToHexString()
            : ActivityTraceId.CreateRandom().ToHexString();
        http.Items[typeof(ActivityTraceId)] = id;
        return id;
    }

    private static ApiCode CodeOf(int status) => status switch
    {
        404 => ApiCode.NOT_FOUND,
        405 => ApiCode.METHOD_NOT_ALLOWED,
        408 => ApiCode.REQUEST_TIMEOUT,
        413 => ApiCode.BODY_TOO_LARGE,
        415 => ApiCode.UNSUPPORTED_MEDIA_TYPE,
        414 or 431 => ApiCode.HEADERS_TOO_LARGE,
        429 => ApiCode.OVERLOADED,
        503 => ApiCode.UNAVAILABLE,
        >= 500 => ApiCode.INTERNAL,
        _ => ApiCode.BAD_REQUEST,
    };

    private static string Route(HttpContext http) => (http.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText ?? "";

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed, traceId {TraceId}")]
    private static partial void Failed(ILogger log, Exception exception, string method, string route, string traceId);
}
