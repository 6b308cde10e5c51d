using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ecny.ServiceDefaults;

/// <summary>What the OpenAPI document says about an endpoint whose handler is a plain request delegate.</summary>
/// <param name="Query">Names of query parameters; one that ends with "!" is required.</param>
internal sealed record EndpointDescription(string Summary, Type? Request, Type? Answer, int Status, IReadOnlyList<string> Query)
{
    /// <summary>Media types of a file that is the body.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Media type of an answer that is a text.</summary>
    public string? Text { get; init; }
}

/// <summary>Describes endpoints for /openapi/v1.json. Without a description an endpoint is not in the document.</summary>
public static class EndpointDescriptions
{
    // The generator lists only endpoints that have a method to show.
    private static readonly MethodInfo _shown = ((Action)Shown).Method;

    /// <summary>Body in, JSON out.</summary>
    /// <param name="status">Of the good answer: 200 for a decided money outcome, 201 for a thing created.</param>
    public static IEndpointConventionBuilder Describes<TRequest, TAnswer>(this IEndpointConventionBuilder builder, int status, string summary) =>
        builder.Describe(new EndpointDescription(summary, typeof(TRequest), typeof(TAnswer), status, []));

    /// <summary>No body in, JSON out with status 200.</summary>
    /// <param name="query">Names of query parameters; one that ends with "!" is required.</param>
    public static IEndpointConventionBuilder Describes<TAnswer>(this IEndpointConventionBuilder builder, string summary, params string[] query) =>
        builder.Describe(new EndpointDescription(summary, null, typeof(TAnswer), StatusCodes.Status200OK, query));

    /// <summary>No body in, an answer without a schema.</summary>
    public static IEndpointConventionBuilder Describes(this IEndpointConventionBuilder builder, string summary) =>
        builder.Describe(new EndpointDescription(summary, null, null, StatusCodes.Status200OK, []));

    /// <summary>A file in, JSON out with status 201.</summary>
    /// <param name="media">Media types that the file may have.</param>
    /// <param name="query">Names of query parameters; one that ends with "!" is required.</param>
    public static IEndpointConventionBuilder DescribesFile<TAnswer>(this IEndpointConventionBuilder builder, IReadOnlyList<string> media, string summary, params string[] query) =>
        builder.Describe(new EndpointDescription(summary, null, typeof(TAnswer), StatusCodes.Status201Created, query) { Files = media });

    /// <summary>No body in, a text of this media type out.</summary>
    public static IEndpointConventionBuilder DescribesText(this IEndpointConventionBuilder builder, string media, string summary, params string[] query) =>
        builder.Describe(new EndpointDescription(summary, null, null, StatusCodes.Status200OK, query) { Text = media });

    private static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder builder, EndpointDescription description)
    {
        builder.Add(endpoint =>
        {
            // The generator takes one method: a handler with bound parameters has brought its own.
            foreach (var own in endpoint.Metadata.OfType<MethodInfo>().ToList()) endpoint.Metadata.Remove(own);
            endpoint.Metadata.Add(_shown);
            endpoint.Metadata.Add(description);
        });
        return builder;
    }

    private static void Shown()
    {
    }
}
