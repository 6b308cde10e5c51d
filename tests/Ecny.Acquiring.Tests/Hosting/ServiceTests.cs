using System.Net;
using System.Text.Json;
using Xunit;

namespace Ecny.Acquiring.Tests.Hosting;

/// <summary>What every caller sees of the service before signing anything.</summary>
public sealed class ServiceTests(SmallCity city)
{
    [Fact]
    public async Task it_is_ready_without_a_silo()
    {
        await using var alone = await city.Alone();
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(alone.Address, "/healthz/ready"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task the_openapi_document_has_every_endpoint()
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(city.Host.Address, "/openapi/v1.json"), TestContext.Current.CancellationToken));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, verbs) in new[]
        {
            ("/v1/institutions", "get post"), ("/v1/institutions/changes", "get"), ("/v1/institutions/{id}", "get"), ("/v1/institutions/{id}/state", "post"),
            ("/v1/institutions/{id}/keys", "post"), ("/v1/institutions/{id}/keys/{keyId}/retire", "post"), ("/v1/merchants", "get post"), ("/v1/merchants/{merchantNo}", "get"),
            ("/v1/merchants/{merchantNo}/state", "post"), ("/v1/stores", "get post"), ("/v1/terminals", "get post"), ("/v1/codes/static", "post"), ("/v1/codes/static/{codeNo}", "get"),
            ("/v1/codes/scan", "get"), ("/v1/payments", "get post"), ("/v1/payments/{paymentNo}", "get"), ("/v1/payments/cancel", "post"), ("/v1/orders", "get post"),
            ("/v1/orders/{orderNo}", "get"), ("/v1/orders/{orderNo}/pay", "post"), ("/v1/orders/{orderNo}/close", "post"), ("/v1/orders/{orderNo}/cancel", "post"),
            ("/v1/refunds", "get post"), ("/v1/refunds/{refundId}", "get"), ("/v1/notifications", "get"), ("/v1/notifications/keys", "get"), ("/v1/notifications/{notificationId}", "get"),
            ("/v1/notifications/{notificationId}/replay", "post"), ("/v1/notifications/replay", "post"), ("/v1/acquiring-totals", "get"), ("/v1/sessions", "post"), ("/v1/codes", "get"),
        })
        {
            Assert.True(paths.TryGetProperty(path, out var found), path);
            Assert.Equal(verbs, string.Join(' ', found.EnumerateObject().Select(verb => verb.Name).Order()));
        }
    }
}
