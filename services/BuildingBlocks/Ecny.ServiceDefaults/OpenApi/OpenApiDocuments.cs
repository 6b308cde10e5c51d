using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Ecny.ServiceDefaults.OpenApi;

/// <summary>/openapi/v1.json, generated from the endpoints that are really mapped, and /docs to read it.</summary>
internal static class OpenApiDocuments
{
    private const string Signing =
        """
        Requests are signed by RFC 9421 over "@method" "@authority" "@path" "@query" and, with a body, "content-digest" (RFC 9530, sha-256), with the parameters
        created, nonce and keyid. Errors are RFC 9457 problem details; their codes are explained at /v1/codes. Amounts are integers of fen.
        """;

    public static void AddEcnyOpenApi(this IServiceCollection services, string service, EcnyOptions options)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.RespectNullableAnnotations = true;
            foreach (var context in options.JsonContexts) json.SerializerOptions.TypeInfoResolverChain.Insert(0, context);
        });
        services.AddOpenApi("v1", openApi =>
        {
            openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            openApi.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<EndpointDescription>().Any();
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = $"Ecny.Platform · {service}", Version = "v1", Description = Signing };
                // Addresses differ by caller; relative to where the document was read is right for all of them.
                document.Servers = [new OpenApiServer { Url = "/" }];
                return Task.CompletedTask;
            });
            openApi.AddSchemaTransformer(static (schema, context, _) =>
            {
                if (context.JsonPropertyInfo is { } member) Describe(schema, member);
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                if (type.IsEnum)
                {
                    schema.Type = JsonSchemaType.String;
                    schema.Enum = [.. EnumNames.Accepted(type).Select(static name => (JsonNode)name)];
                }
                return Task.CompletedTask;
            });
            openApi.AddOperationTransformer<OperationFromDescription>();
        });
    }

    private static void Describe(OpenApiSchema schema, JsonPropertyInfo member)
    {
        Meanings.Add(schema, member.Name, member.DeclaringType.Name);
        if (Examples.Of(member.Name, member.DeclaringType.Name) is { } example) schema.Examples = [example];
        if (member.Name == "declineCode") schema.Enum = Codes(declines: true);
        else if (member.Name == "code" && member.DeclaringType.Name is nameof(Problem) or nameof(ProblemField)) schema.Enum = Codes(declines: false);
    }

    private static List<JsonNode> Codes(bool declines) => [.. ApiCodes.All.Where(code => code.IsDecline == declines).Select(static code => (JsonNode)code.Code)];

    public static void MapEcnyOpenApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowUnsigned();
        // Script and styles come from the package, fonts are the system's: the page works without the internet.
        // A page cannot sign, so it offers no requests; nothing on it asks anybody else.
        app.MapScalarApiReference("/docs", static scalar => scalar.WithTitle("Ecny.Platform").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp()
            .HideTestRequestButton().HideClientButton().HideDeveloperTools().PreserveSchemaPropertyOrder().ExpandAllTags()).AllowUnsigned();
    }
}
