using System.Buffers;
using System.IO.Pipelines;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults.Problems;
using Ecny.ServiceDefaults.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Ecny.ServiceDefaults.Access;

/// <summary>
/// What stands before every handler, in this order: admission, signature, nonce, suspension and role, body and its digest.
/// Everything that goes wrong behind it becomes a problem here.
/// </summary>
internal sealed class RequestGate(
    RequestDelegate next, Admission admission, RequestVerifier verifier, SessionNonces sessionNonces, INonceStore nonces, TimeProvider clock, ILogger<RequestGate> log)
{
    private const int DefaultBodyLimit = 64 * 1024;
    private const int UnknownLengthBuffer = 4096;

    public async Task InvokeAsync(HttpContext http)
    {
        // JSON is JSON, whatever text is in it: no browser may take it for a page.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var endpoint = http.GetEndpoint() as RouteEndpoint;
        // Nothing of ours is behind an endpoint that does not exist, and health must answer when everything else is full.
        if (endpoint is null || endpoint.Metadata.GetMetadata<UnsignedRule>() is not null)
        {
            await Guarded(http, null);
            return;
        }
        if (!admission.TryEnter())
        {
            await ProblemWriter.Write(http, new ApiException(ApiCode.OVERLOADED));
            return;
        }
        try
        {
            await Guarded(http, endpoint);
        }
        finally
        {
            admission.Leave();
        }
    }

    private async Task Guarded(HttpContext http, RouteEndpoint? signed)
    {
        SignedRequest? request = null;
        try
        {
            if (signed is not null)
            {
                request = new SignedRequest();
                http.Features.Set(request);
                await Admit(http, signed.Metadata, request);
            }
            await next(http);
            if (http.Response.StatusCode >= 400 && !http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null)
                await ProblemWriter.WriteStatus(http, http.Response.StatusCode);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            http.Response.StatusCode = 499;
        }
        catch (Exception e)
        {
            await ProblemWriter.WriteException(http, e, log);
        }
        finally
        {
            request?.Release();
        }
    }

    private async ValueTask Admit(HttpContext http, EndpointMetadataCollection metadata, SignedRequest request)
    {
        var limit = metadata.GetMetadata<BodyLimitRule>()?.Bytes ?? DefaultBodyLimit;
        var length = http.Request.ContentLength;
        if (length > limit) throw new ApiException(ApiCode.BODY_TOO_LARGE);
        var hasBody = length is > 0 || (length is null && http.Request.Headers.TransferEncoding.Count != 0);

        var digest = Identify(http, hasBody, request, out var suspended, out var ownNonce, out var created);
        if (ownNonce is not null && !await nonces.TryUse(request.Caller!.KeyId, ownNonce, DateTimeOffset.FromUnixTimeSeconds(created), http.RequestAborted))
            throw new ApiException(ApiCode.NONCE_REUSED);
        if (suspended) throw new ApiException(ApiCode.INSTITUTION_SUSPENDED);
        var rule = metadata.GetMetadata<AccessRule>();
        if (rule is null || !request.Caller!.Has(rule.Roles)) throw new ApiException(ApiCode.NOT_PERMITTED);
        if (request.Caller.IsSession && metadata.GetMetadata<OwnKeyRule>() is not null) throw new ApiException(ApiCode.OWN_KEY_REQUIRED);

        if (hasBody) await ReadBody(http.Request.BodyReader, (int)(length ?? 0), limit, request, http.RequestAborted);
        if (digest is not null && !SignatureHeaders.DigestMatches(digest, request.Body.Span)) throw new ApiException(ApiCode.SIGNATURE_INVALID);
    }

    private string? Identify(HttpContext http, bool hasBody, SignedRequest request, out bool suspended, out string? ownNonce, out long created)
    {
        var signature = verifier.Verify(http, hasBody);
        ownNonce = null;
        if (!signature.IsSession) ownNonce = signature.Nonce.ToString();
        else if (!sessionNonces.TryUse(signature.KeyId, signature.Nonce, signature.Created, clock.GetUtcNow().ToUnixTimeSeconds())) throw new ApiException(ApiCode.NONCE_REUSED);
        request.Caller = new Caller(signature.Member.Institution.Id, signature.Member.Roles, signature.KeyId, signature.IsSession);
        suspended = signature.Member.Suspended;
        created = signature.Created;
        return signature.Digest;
    }

    private static async ValueTask ReadBody(PipeReader reader, int expected, int limit, SignedRequest request, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(expected == 0 ? UnknownLengthBuffer : expected);
        request.SetBody(buffer, 0);
        var at = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var arrived = read.Buffer;
            var total = at + arrived.Length;
            if (total > limit)
            {
                reader.AdvanceTo(arrived.End);
                throw new ApiException(ApiCode.BODY_TOO_LARGE);
            }
            if (total > buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(total, Math.Min(limit, buffer.Length * 2L)));
                buffer.AsSpan(0, at).CopyTo(larger);
                request.SetBody(larger, at);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            arrived.CopyTo(buffer.AsSpan(at));
            at = (int)total;
            request.SetBody(buffer, at);
            reader.AdvanceTo(arrived.End);
            if (read.IsCompleted) return;
        }
    }
}
