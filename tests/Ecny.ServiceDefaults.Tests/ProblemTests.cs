using System.Text.Json;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class ProblemTests(PostgresFixture postgres)
{
    [Fact]
    public async Task everything_that_is_refused_is_a_problem()
    {
        await using var service = await TestService.Start(postgres);
        var answers = new[]
        {
            (404, "NOT_FOUND", await service.SendRaw("GET", "/v1/nowhere", [], "")),
            (404, "NOT_FOUND", await service.SendRaw("GET", "/", [], "")),
            (405, "METHOD_NOT_ALLOWED", await service.SendRaw("DELETE", "/v1/echo", [], "")),
            (401, "SIGNATURE_MISSING", await service.SendRaw("GET", "/v1/things/1", [], "")),
            (500, "INTERNAL", await service.Send("GET", "/v1/broken")),
            (422, "MERCHANT_UNKNOWN", await service.Send("GET", "/v1/refused")),
            (400, "INVALID_FIELD", await service.Send("POST", "/v1/echo", """{"requestNo":"x y","amount":0}""")),
        };
        foreach (var (status, code, answer) in answers)
        {
            Assert.Equal((status, code), (answer.Status, answer.Code));
            Assert.Contains("Content-Type: application/problem+json", answer.Head, StringComparison.Ordinal);
            var problem = answer.Json;
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.Equal("/v1/codes#" + code, problem.GetProperty("type").GetString());
            Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString()!);
            Assert.NotEmpty(problem.GetProperty("title").GetString()!);
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal(["merchantNo: MERCHANT_UNKNOWN"], answers[5].Item3.Fields);
        Assert.Equal(["requestNo: INVALID_FIELD", "amount: INVALID_FIELD"], answers[6].Item3.Fields);
    }

    [Theory]
    [InlineData("", "zh-CN")]
    [InlineData("en", "en")]
    [InlineData("en-GB,zh;q=0.5", "en")]
    [InlineData("en;q=0.4, zh-CN;q=0.9", "zh-CN")]
    [InlineData("fr, *;q=0.1", "zh-CN")]
    [InlineData("zh;q=0,en;q=0.1", "en")]
    [InlineData(";;q=x,,en;q=9e9,\"", "zh-CN")]
    public async Task messages_follow_the_language_of_the_caller(string accept, string language)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.SendRaw("GET", "/v1/nowhere", [], accept.Length == 0 ? "" : $"Accept-Language: {accept}\r\n");
        Assert.Contains("Content-Language: " + language, answer.Head, StringComparison.Ordinal);
        var entry = ApiCodes.Of(ApiCode.NOT_FOUND);
        Assert.Equal(language == "en" ? entry.En : entry.Zh, answer.Json.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", 400, "BAD_REQUEST")]
    [InlineData("GET /v1/codes HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST")]
    [InlineData("GET /v1/codes HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "BAD_REQUEST")]
    [InlineData("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, "BAD_REQUEST")]
    [InlineData("GET /v1/codes HTTP/1.1\r\nHost: a\r\nX: LONG\r\n\r\n", 431, "HEADERS_TOO_LARGE")]
    [InlineData("GET /v1/LONG HTTP/1.1\r\nHost: a\r\n\r\n", 431, "HEADERS_TOO_LARGE")]
    public async Task what_the_server_itself_refuses_is_a_problem_too(string request, int status, string code)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await RawHttp.Exchange(service.Address, System.Text.Encoding.ASCII.GetBytes(request.Replace("LONG", new string('x', 40_000), StringComparison.Ordinal)));
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains("Content-Type: application/problem+json", answer.Head, StringComparison.Ordinal);
        Assert.Equal(200, (await service.SendRaw("GET", "/v1/codes", [], "")).Status);
    }

    [Fact]
    public async Task the_trace_id_is_the_callers_when_it_sends_one()
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.SendRaw("GET", "/v1/nowhere", [], "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", answer.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    public void every_code_has_status_meaning_and_advice_in_both_languages()
    {
        foreach (var code in Enum.GetValues<ApiCode>()) Assert.InRange(ApiCodes.Of(code).Status, 400, 503);
        foreach (var code in Enum.GetValues<DeclineCode>().Where(static c => c != DeclineCode.None)) Assert.Equal(200, ApiCodes.Of(code).Status);
        foreach (var entry in ApiCodes.All)
        {
            foreach (var zh in new[] { entry.Zh, entry.AdviceZh }) Assert.Matches("\\p{IsCJKUnifiedIdeographs}", zh);
            foreach (var en in new[] { entry.En, entry.AdviceEn }) Assert.Matches("^[\\x20-\\x7e]{5,}$", en);
        }
        Assert.Equal(ApiCodes.All.Count, ApiCodes.All.Select(static e => e.Code).Distinct().Count());
    }

    [Fact]
    public async Task the_catalogue_is_served_unsigned()
    {
        await using var service = await TestService.Start(postgres);
        var items = (await service.SendRaw("GET", "/v1/codes", [], "")).Json.GetProperty("items");
        Assert.Equal(ApiCodes.All.Count, items.GetArrayLength());
        var funds = items.EnumerateArray().Single(static i => i.GetProperty("code").GetString() == "INSUFFICIENT_FUNDS");
        Assert.Equal((200, "DECLINE", "余额不足"), (funds.GetProperty("status").GetInt32(), funds.GetProperty("kind").GetString(), funds.GetProperty("meaning").GetProperty("zh-CN").GetString()));
    }

    [Fact]
    public async Task the_document_lists_what_is_served_and_docs_needs_no_internet()
    {
        await using var service = await TestService.Start(postgres);
        var document = (await service.SendRaw("GET", "/openapi/v1.json", [], "")).Json;
        var paths = document.GetProperty("paths").EnumerateObject().Select(static p => p.Name).Order().ToList();
        Assert.Equal(["/healthz/live", "/healthz/ready", "/v1/codes", "/v1/echo", "/v1/sessions", "/v1/things/{thingNo}"], paths);
        var thing = document.GetProperty("paths").GetProperty("/v1/things/{thingNo}").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Select(static p => (p.GetProperty("name").GetString(), p.GetProperty("in").GetString())).ToList();
        Assert.Equal([("thingNo", "path"), ("kind", "query"), ("cursor", "query")], thing);
        var echo = document.GetProperty("components").GetProperty("schemas").GetProperty("EchoRequest");
        Assert.Equal("integer", echo.GetProperty("properties").GetProperty("amount").GetProperty("type").GetString());
        Assert.Equal(["requestNo", "amount"], echo.GetProperty("required").EnumerateArray().Select(static r => r.GetString()));

        using var browser = new HttpClient { BaseAddress = service.Address };
        var docs = await browser.GetStringAsync(new Uri("/docs", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("https://", docs, StringComparison.Ordinal);
        foreach (System.Text.RegularExpressions.Match script in System.Text.RegularExpressions.Regex.Matches(docs, "src=\"([^\"]+)\""))
        {
            using var asset = await browser.GetAsync(new Uri(new Uri(service.Address, "/docs/"), script.Groups[1].Value), TestContext.Current.CancellationToken);
            Assert.True(asset.IsSuccessStatusCode, script.Value);
        }
    }

    [Fact]
    public async Task readiness_turns_false_when_the_service_stops()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal(JsonValueKind.Object, (await service.SendRaw("GET", "/healthz/live", [], "")).Json.ValueKind);
        Assert.Equal(200, (await service.SendRaw("GET", "/healthz/ready", [], "")).Status);
        var inside = service.Send("GET", "/v1/hold");
        await service.HoldEntered.Task.WaitAsync(TestContext.Current.CancellationToken);
        var stopping = service.Stop();
        service.HoldReleased.SetResult();
        Assert.Equal(200, (await inside).Status);
        await stopping;
    }

    [Fact]
    public async Task with_telemetry_on_and_its_collector_away_requests_are_served()
    {
        await using var service = await TestService.Start(postgres, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("Ecny:Telemetry:SampleRatio", "1"));
        Assert.Equal(200, (await service.Send("GET", "/v1/things/1")).Status);
        var answer = await service.SendRaw("GET", "/v1/nowhere", [], "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", answer.Json.GetProperty("traceId").GetString());
    }
}
