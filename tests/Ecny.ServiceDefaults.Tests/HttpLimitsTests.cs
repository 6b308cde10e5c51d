using System.Text;
using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class HttpLimitsTests(PostgresFixture postgres)
{
    private static readonly PlainSigner _acquirer = PlainSigner.Ecdsa("acquirer-key", TestInstitutions.AcquirerKey);

    [Theory]
    [InlineData(65_537)]
    [InlineData(10_000_000)]
    [InlineData(50_000_000)]
    public async Task a_body_over_64_KiB_is_refused(int size)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.Send("POST", "/v1/echo", new string(' ', size));
        Assert.Equal((413, "BODY_TOO_LARGE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task a_body_of_unknown_length_over_64_KiB_is_refused()
    {
        await using var service = await TestService.Start(postgres);
        var body = Encoding.UTF8.GetBytes(new string(' ', 300_000));
        var answer = await RawHttp.Exchange(service.Address, Chunked(service, "/v1/echo", body, 10_000));
        Assert.Equal((413, "BODY_TOO_LARGE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task a_chunked_body_within_the_limit_is_taken()
    {
        await using var service = await TestService.Start(postgres);
        var body = Encoding.UTF8.GetBytes("""{"requestNo":"1","amount":1}""" + new string(' ', 60_000));
        Assert.Equal(200, (await RawHttp.Exchange(service.Address, Chunked(service, "/v1/echo", body, 7))).Status);
    }

    [Fact]
    public async Task an_endpoint_for_files_takes_more()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal("1000000", (await service.Send("POST", "/v1/files", new string('x', 1_000_000))).Body);
        Assert.Equal("BODY_TOO_LARGE", (await service.Send("POST", "/v1/files", new string('x', 1024 * 1024 + 1))).Code);
    }

    [Fact]
    public async Task a_body_cut_off_by_the_caller_is_never_acted_on()
    {
        await using var service = await TestService.Start(postgres);
        var body = Encoding.UTF8.GetBytes("""{"requestNo":"1","amount":1}""");
        var head = $"POST /v1/echo HTTP/1.1\r\nHost: {service.Host}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{_acquirer.Headers("POST", service.Host, "/v1/echo", body)}\r\n";
        // The server closes a connection whose other side closed in the middle of a request; there is no answer to wait for.
        await Assert.ThrowsAsync<IOException>(() => RawHttp.Exchange(service.Address, [.. Encoding.ASCII.GetBytes(head), .. body[..^5]], closeSending: true));
        Assert.Equal("MALFORMED_JSON", (await service.Send("POST", "/v1/echo", """{"requestNo":"1","amou""")).Code);
    }

    [Fact]
    public async Task a_client_that_sends_too_slowly_is_let_go_and_does_not_hold_up_others()
    {
        await using var service = await TestService.Start(postgres);
        var body = Encoding.UTF8.GetBytes("""{"requestNo":"1","amount":1}""");
        var head = $"POST /v1/echo HTTP/1.1\r\nHost: {service.Host}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{_acquirer.Headers("POST", service.Host, "/v1/echo", body)}\r\n";
        using var slow = await RawHttp.Connect(service.Address);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        Assert.Equal(200, (await service.Send("GET", "/v1/things/1")).Status);
        var answer = await RawHttp.ReadAnswer(slow.GetStream());
        Assert.Equal((408, "REQUEST_TIMEOUT"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=gbk")]
    [InlineData("application/jsonp")]
    [InlineData("")]
    public async Task another_content_type_is_refused(string contentType)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.Send("POST", "/v1/echo", """{"requestNo":"1","amount":1}""", extraHeaders: $"Content-Type: {contentType}\r\n");
        Assert.Equal((415, "UNSUPPORTED_MEDIA_TYPE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON;charset=UTF-8")]
    [InlineData("application/json ; charset=\"utf-8\"")]
    public async Task json_in_utf8_is_taken(string contentType)
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal(200, (await service.Send("POST", "/v1/echo", """{"requestNo":"1","amount":1}""", extraHeaders: $"Content-Type: {contentType}\r\n")).Status);
    }

    [Fact]
    public async Task a_compressed_body_is_refused()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", (await service.Send("POST", "/v1/echo", "{}", extraHeaders: "Content-Encoding: gzip\r\n")).Code);
    }

    [Fact]
    public async Task more_requests_than_admitted_are_refused_before_any_work_and_health_still_answers()
    {
        await using var service = await TestService.Start(postgres, ("Ecny:Http:MaxConcurrentRequests", "1"));
        var inside = service.Send("GET", "/v1/hold");
        await service.HoldEntered.Task.WaitAsync(TestContext.Current.CancellationToken);
        var refused = await service.SendRaw("POST", "/v1/echo", "not even signed"u8.ToArray(), "");
        Assert.Equal((429, "OVERLOADED"), (refused.Status, refused.Code));
        Assert.Contains("Retry-After: 1", refused.Head, StringComparison.Ordinal);
        Assert.Equal(200, (await service.SendRaw("GET", "/healthz/ready", [], "")).Status);
        service.HoldReleased.SetResult();
        Assert.Equal(200, (await inside).Status);
        Assert.Equal(200, (await service.Send("GET", "/v1/things/1")).Status);
    }

    [Fact]
    public async Task idle_connections_do_not_hold_up_others()
    {
        await using var service = await TestService.Start(postgres);
        var idle = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var at = 0; at < 2_000; at++) idle.Add(await RawHttp.Connect(service.Address));
            Assert.Equal(200, (await service.Send("GET", "/v1/things/1")).Status);
        }
        finally
        {
            idle.ForEach(static client => client.Dispose());
        }
    }

    private static byte[] Chunked(TestService service, string target, byte[] body, int chunk)
    {
        var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: {service.Host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n{_acquirer.Headers("POST", service.Host, target, body)}\r\n"));
        for (var at = 0; at < body.Length; at += chunk)
        {
            var length = Math.Min(chunk, body.Length - at);
            request.Write(Encoding.ASCII.GetBytes(length.ToString("x", System.Globalization.CultureInfo.InvariantCulture) + "\r\n"));
            request.Write(body, at, length);
            request.Write("\r\n"u8);
        }
        request.Write("0\r\n\r\n"u8);
        return request.ToArray();
    }
}
