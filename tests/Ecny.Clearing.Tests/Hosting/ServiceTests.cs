using System.Text.Json;
using Ecny.Testing;

namespace Ecny.Clearing.Tests.Hosting;

/// <summary>What every caller sees of the service.</summary>
public sealed class ServiceTests(PostgresFixture postgres)
{
    [Fact]
    public async Task the_openapi_document_has_every_endpoint()
    {
        await using var host = await ClearingHost.Start(postgres);
        using var document = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri(host.Address, "/openapi/v1.json")));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, verbs) in new[]
        {
            ("/v1/business-days", "get"), ("/v1/business-days/{date}", "get"), ("/v1/reconciliations", "get post"), ("/v1/reconciliations/{reconciliationNo}", "get"),
            ("/v1/reconciliations/{reconciliationNo}/bad-lines", "get"), ("/v1/reconciliations/{reconciliationNo}/discrepancies.csv", "get"), ("/v1/discrepancies", "get"), ("/v1/consumers", "get"),
            ("/v1/sessions", "post"), ("/v1/codes", "get"),
        })
        {
            Assert.True(paths.TryGetProperty(path, out var found), path);
            Assert.Equal(verbs, string.Join(' ', found.EnumerateObject().Select(verb => verb.Name).Order()));
        }
        var upload = paths.GetProperty("/v1/reconciliations").GetProperty("post");
        Assert.Equal(["text/csv", "application/x-ndjson"], upload.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(media => media.Name));
        Assert.True(upload.GetProperty("responses").TryGetProperty("201", out _));
        Assert.True(paths.GetProperty("/v1/reconciliations/{reconciliationNo}/discrepancies.csv").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/csv", out _));
    }
}
