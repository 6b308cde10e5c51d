using System.Globalization;
using System.Text.RegularExpressions;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecny.ServiceDefaults.OpenApi;

/// <summary>Fills an operation from its <see cref="EndpointDescription"/>: parameters, body, answers.</summary>
internal sealed partial class OperationFromDescription : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var description = metadata.OfType<EndpointDescription>().Last();
        // The first sentence is the title in a list of endpoints; what follows is read beside the endpoint.
        var sentences = description.Summary.Split(". ", 2);
        operation.Summary = sentences[0].TrimEnd('.');
        operation.Description = sentences.Length == 1 ? CalledBy(metadata) : $"{sentences[1]}\n\n{CalledBy(metadata)}";
        operation.OperationId = null;
        operation.Parameters = [];
        foreach (Match match in PathParameter().Matches(context.Description.RelativePath ?? ""))
            operation.Parameters.Add(Parameter(match.Groups[1].Value, ParameterLocation.Path, true));
        foreach (var query in description.Query) operation.Parameters.Add(Parameter(query.TrimEnd('!'), ParameterLocation.Query, query.EndsWith('!')));

        operation.RequestBody = description switch
        {
            { Request: { } request } => new OpenApiRequestBody { Required = true, Content = await Json("application/json", request, context, cancellationToken) },
            { Files.Count: > 0 } => new OpenApiRequestBody { Required = true, Content = description.Files.ToDictionary(static media => media, static _ => Text()) },
            _ => null,
        };
        operation.Responses = new OpenApiResponses
        {
            [description.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = description.Status == 201 ? "Created" : "OK",
                Content = description switch
                {
                    { Answer: { } made } => await Json("application/json", made, context, cancellationToken),
                    { Text: { } media } => new Dictionary<string, OpenApiMediaType> { [media] = Text() },
                    _ => null,
                },
            },
        };
        // What moves money may not be decided yet when the answer leaves.
        if (description is { Request: not null, Answer: { } answer } && answer.GetProperty("DeclineCode") is not null)
            operation.Responses["202"] = new OpenApiResponse
            {
                Description = "PROCESSING: not decided yet. Ask at Location after Retry-After seconds; decided within 30 s.",
                Content = await Json("application/json", answer, context, cancellationToken),
            };
        if (!metadata.OfType<UnsignedRule>().Any())
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "Refused; nothing moved and nothing is remembered. A 5xx or 429 says nothing about the outcome: repeat the same number. See code and /v1/codes.",
                Content = await Json("application/problem+json", typeof(Problem), context, cancellationToken),
            };
    }

    private static OpenApiMediaType Text() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter Parameter(string name, ParameterLocation place, bool required) =>
        new() { Name = name, In = place, Required = required, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = Examples.Of(name) };

    private static string CalledBy(IEnumerable<object> metadata)
    {
        if (metadata.OfType<UnsignedRule>().Any()) return "Needs no signature.";
        var roles = metadata.OfType<AccessRule>().LastOrDefault()?.Roles ?? Role.None;
        var names = Enum.GetValues<Role>().Where(role => role != Role.None && (roles & role) == role).Select(static role => $"`{EnumNames.Of(role)}`").ToList();
        var who = (int)roles == int.MaxValue ? "any institution" : string.Join(", ", names);
        return $"Called by {who}{(metadata.OfType<OwnKeyRule>().Any() ? ", with the institution's own key" : ", with a session or the institution's own key")}.";
    }

    private static async Task<Dictionary<string, OpenApiMediaType>> Json(string media, Type type, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellation);
        // A named schema is kept once in the document; a list or a plain value is written where it stands.
        if (context.Document is not { } document || type.IsGenericType || type.IsArray || type.Namespace == nameof(System))
            return new() { [media] = new OpenApiMediaType { Schema = schema, Example = Examples.Body(schema) } };
        document.AddComponent(type.Name, schema);
        return new() { [media] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(type.Name, document), Example = Examples.Body(schema) } };
    }

    [GeneratedRegex(@"\{\*{0,2}([A-Za-z]+)[^}]*\}")]
    private static partial Regex PathParameter();
}

/// <summary>An RFC 9457 problem, as the document shows it.</summary>
internal sealed record Problem
{
    public required string Type { get; init; }
    public required string Title { get; init; }
    public required int Status { get; init; }
    public required string Detail { get; init; }
    public required string Code { get; init; }
    public required string TraceId { get; init; }
    public IReadOnlyList<ProblemField>? Errors { get; init; }
}

internal sealed record ProblemField
{
    public required string Field { get; init; }
    public required string Code { get; init; }
    public required string Message { get; init; }
}
