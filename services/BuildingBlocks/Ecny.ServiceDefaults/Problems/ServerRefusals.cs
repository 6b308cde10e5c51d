using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ecny.ServiceDefaults.Problems;

/// <summary>
/// Requests that the HTTP server refuses before any middleware (not HTTP, no Host, headers too large) would get an empty answer.
/// It announces them; then the connection's <see cref="RefusalWriter"/> sends a problem, like all others, in its place.
/// </summary>
internal sealed class ServerRefusals : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public static void Subscribe(DiagnosticListener server) => server.Subscribe(new ServerRefusals(), static name => name == BadRequest);

    public static void Use(ListenOptions endpoint) => endpoint.Use(static next => connection =>
    {
        var writer = new RefusalWriter(connection.Transport.Output);
        connection.Features.Set(writer);
        connection.Transport = new Pipes(connection.Transport.Input, writer);
        return next(connection);
    });

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is not { Key: BadRequest, Value: IFeatureCollection features }) return;
        if (features.Get<IBadRequestExceptionFeature>()?.Error is not Microsoft.AspNetCore.Http.BadHttpRequestException refused || features.GetRequiredFeature<IHttpResponseFeature>().HasStarted) return;
        features.Get<RefusalWriter>()?.Replace(ProblemWriter.WholeAnswer(new DefaultHttpContext(features), refused.StatusCode));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
