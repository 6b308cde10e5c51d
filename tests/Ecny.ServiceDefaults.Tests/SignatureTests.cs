using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class SignatureTests(PostgresFixture postgres)
{
    private const string Body = """{"requestNo":"p-1","amount":100}""";

    private static readonly PlainSigner _acquirer = PlainSigner.Ecdsa("acquirer-key", TestInstitutions.AcquirerKey);

    [Fact]
    public async Task own_keys_of_every_algorithm_and_sessions_are_accepted()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal(200, (await service.Send("POST", "/v1/echo", Body)).Status);
        Assert.Equal(200, (await service.Send("POST", "/v1/echo", Body, _acquirer with { Algorithm = SignatureAlgorithms.EcdsaP256Sha256, Label = "*x_1.y" })).Status);
        Assert.Equal(200, (await service.Send("GET", "/v1/things/1", signer: PlainSigner.Sm2("police-key", TestInstitutions.PoliceKey))).Status);
        var session = await service.OpenSession();
        Assert.Equal(200, (await service.Send("POST", "/v1/echo", Body, session)).Status);
        Assert.Equal(200, (await service.Send("POST", "/v1/echo", Body, session with { Algorithm = SignatureAlgorithms.HmacSha256 })).Status);
    }

    [Theory]
    [InlineData("/v1/things/1")]
    [InlineData("/v1/things/1?")]
    [InlineData("/v1/things/1?kind=a%2Fb&x=%E4%B8%AD+1&kind=")]
    [InlineData("/v1/things/%E4%B8%AD%2f..%41")]
    [InlineData("/v1/things/a%20b?q=??&&")]
    public async Task path_and_query_are_signed_as_they_are_on_the_wire(string target)
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal(200, (await service.Send("GET", target)).Status);
    }

    [Fact]
    public async Task the_client_of_this_repository_signs_what_the_gate_accepts()
    {
        await using var service = await TestService.Start(postgres);
        using var own = Client.Signing.RequestSigner.FromPem("acquirer-key", TestInstitutions.AcquirerKey.ExportPkcs8PrivateKeyPem());
        using var http = new HttpClient();
        using var sessions = new Client.SessionSource(http, service.Address, own);
        foreach (var client in new[] { new Client.SignedHttpClient(http, service.Address, own), new Client.SignedHttpClient(http, service.Address, sessions) })
        {
            using var posted = await client.Post("/v1/echo", new EchoRequest { RequestNo = "1", Amount = 1 }, TestJson.Default.EchoRequest, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)posted.StatusCode);
            using var read = await client.Get("/v1/things/%41?kind=x", TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)read.StatusCode);
        }
        var buffer = new byte[2048];
        var signer = await sessions.Current(TestContext.Current.CancellationToken);
        var length = Client.Signing.SignedRequestWriter.Write(
            buffer, signer, "POST", service.Host, "/v1/echo", System.Text.Encoding.UTF8.GetBytes(Body), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal(200, (await RawHttp.Exchange(service.Address, buffer[..length])).Status);
    }

    [Fact]
    public async Task every_signed_part_is_protected()
    {
        await using var service = await TestService.Start(postgres);
        var body = System.Text.Encoding.UTF8.GetBytes(Body);
        var changed = System.Text.Encoding.UTF8.GetBytes(Body.Replace("100", "900", StringComparison.Ordinal));
        string Headers(string method = "POST", string? host = null, string target = "/v1/echo", byte[]? over = null) =>
            _acquirer.Headers(method, host ?? service.Host, target, over ?? body);

        var tampered = new Dictionary<string, Task<Answer>>
        {
            ["body"] = service.SendRaw("POST", "/v1/echo", changed, Headers()),
            ["body and digest"] = service.SendRaw("POST", "/v1/echo", changed, Headers().Replace(Digest(body), Digest(changed), StringComparison.Ordinal)),
            ["method"] = service.SendRaw("POST", "/v1/echo", body, Headers(method: "PUT")),
            ["host"] = service.SendRaw("POST", "/v1/echo", body, Headers(host: "other:80")),
            ["path"] = service.SendRaw("POST", "/v1/echo", body, Headers(target: "/v1/other")),
            ["case of the path"] = service.SendRaw("POST", "/v1/Echo", body, Headers()),
            ["query"] = service.SendRaw("POST", "/v1/echo?a=1", body, Headers()),
            ["empty query"] = service.SendRaw("POST", "/v1/echo?", body, Headers(target: "/v1/echo?x")),
            ["created"] = service.SendRaw("POST", "/v1/echo", body, Replace(Headers(), @"created=\d+", $"created={DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7}")),
            ["nonce"] = service.SendRaw("POST", "/v1/echo", body, Replace(Headers(), "nonce=\"[^\"]*\"", "nonce=\"aaaaaaaaaaaaaaaaaaaaaaaa\"")),
            ["keyid"] = service.SendRaw("POST", "/v1/echo", body, Headers().Replace("acquirer-key", "operator-key", StringComparison.Ordinal)),
            ["label"] = service.SendRaw("POST", "/v1/echo", body, Headers().Replace("Signature: any-label", "Signature: other", StringComparison.Ordinal)),
            ["signature"] = service.SendRaw("POST", "/v1/echo", body, Replace(Headers(), "Signature: any-label=:(.{80})", "Signature: any-label=:" + new string('A', 80))),
        };
        foreach (var (part, answer) in tampered)
        {
            Assert.True((await answer).Status == 401, $"{part}: {(await answer).Status}");
            Assert.Equal("SIGNATURE_INVALID", (await answer).Code);
        }
    }

    [Fact]
    public async Task what_api_md_does_not_allow_is_refused()
    {
        await using var service = await TestService.Start(postgres);
        var other = "(\"@authority\" \"@method\" \"@path\" \"@query\" \"content-digest\")";
        var refused = new Dictionary<string, PlainSigner>
        {
            ["wrong order"] = _acquirer with { Components = other },
            ["component missing"] = _acquirer with { Components = "(\"@method\" \"@authority\" \"@path\" \"content-digest\")" },
            ["component twice"] = _acquirer with { Components = "(\"@method\" \"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")" },
            ["body without digest"] = _acquirer with { OmitDigest = true },
            ["unknown parameter"] = _acquirer with { ExtraParameters = ";expires=1" },
            ["parameter twice"] = _acquirer with { ExtraParameters = ";keyid=\"acquirer-key\"" },
            ["nonce too short"] = _acquirer with { Nonce = new string('n', 15) },
            ["nonce too long"] = _acquirer with { Nonce = new string('n', 65) },
            ["unknown key"] = _acquirer with { KeyId = "nobody" },
            ["unknown session"] = _acquirer with { KeyId = "s1.99999999999.AAAAAAAAAAAAAAAAAAAAAA.acquirer" },
            ["retired master key"] = _acquirer with { KeyId = "s9.99999999999.AAAAAAAAAAAAAAAAAAAAAA.acquirer" },
            ["algorithm of another key"] = _acquirer with { Algorithm = SignatureAlgorithms.HmacSha256 },
            ["label in capitals"] = _acquirer with { Label = "SIG" },
        };
        foreach (var (reason, signer) in refused)
        {
            var answer = await service.Send("POST", "/v1/echo", Body, signer);
            Assert.True(answer.Status == 401 && answer.Code == "SIGNATURE_INVALID", $"{reason}: {answer.Status} {answer.Body}");
        }
        var session = await service.OpenSession();
        Assert.Equal("SIGNATURE_INVALID", (await service.Send("POST", "/v1/echo", Body, session with { Algorithm = SignatureAlgorithms.EcdsaP256Sha256 })).Code);
    }

    [Fact]
    public async Task exactly_one_signature()
    {
        await using var service = await TestService.Start(postgres);
        var body = System.Text.Encoding.UTF8.GetBytes(Body);
        string One(string label) => (_acquirer with { Label = label }).Headers("POST", service.Host, "/v1/echo", body);
        Assert.Equal("SIGNATURE_MISSING", (await service.SendRaw("POST", "/v1/echo", body, "")).Code);
        var second = string.Join("\r\n", One("b").Split("\r\n")[1..]);
        Assert.Equal("SIGNATURE_INVALID", (await service.SendRaw("POST", "/v1/echo", body, One("a") + second)).Code);
        Assert.Equal("SIGNATURE_INVALID", (await service.SendRaw("POST", "/v1/echo", body, Replace(One("a"), "Signature: (.*)\r", "Signature: $1, b=:AAAA:\r"))).Code);
        Assert.Equal("SIGNATURE_INVALID", (await service.SendRaw("POST", "/v1/echo", body, Replace(One("a"), "Signature: .*\r\n", ""))).Code);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(302)]
    public async Task a_clock_more_than_five_minutes_off_is_refused(int seconds)
    {
        await using var service = await TestService.Start(postgres);
        var session = await service.OpenSession();
        foreach (var signer in new[] { _acquirer, session })
        {
            var answer = await service.Send("POST", "/v1/echo", Body, signer with { Created = DateTimeOffset.UtcNow.AddSeconds(seconds) });
            Assert.Equal((401, "SIGNATURE_EXPIRED"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task a_nonce_is_taken_once_per_key()
    {
        await using var service = await TestService.Start(postgres);
        var session = await service.OpenSession();
        foreach (var signer in new[] { _acquirer with { Nonce = "0123456789abcdef" }, session with { Nonce = "0123456789abcdef" } })
        {
            Assert.Equal(200, (await service.Send("POST", "/v1/echo", Body, signer)).Status);
            var again = await service.Send("GET", "/v1/things/1", signer: signer);
            Assert.Equal((401, "NONCE_REUSED"), (again.Status, again.Code));
        }
    }

    [Fact]
    public async Task nonces_of_own_keys_are_shared_by_the_replicas_of_a_service()
    {
        var database = await postgres.CreateDatabase();
        await using var one = await TestService.Start(database, TimeProvider.System, true);
        await using var two = await TestService.Start(database, TimeProvider.System, true);
        var signer = _acquirer with { Nonce = "0123456789abcdef" };
        Assert.Equal(200, (await one.Send("POST", "/v1/echo", Body, signer)).Status);
        Assert.Equal("NONCE_REUSED", (await two.Send("POST", "/v1/echo", Body, signer)).Code);
    }

    [Fact]
    public async Task an_empty_body_needs_no_digest_and_may_have_one()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal(200, (await service.Send("POST", "/v1/weighty")).Status);
        var signer = _acquirer with { Components = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")" };
        var headers = signer.Headers("POST", service.Host, "/v1/weighty", []) + $"Content-Digest: {Digest([])}\r\n";
        Assert.Equal(200, (await service.SendRaw("POST", "/v1/weighty", [], headers)).Status);
    }

    private static string Digest(byte[] body) => "sha-256=:" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(body)) + ":";

    private static string Replace(string text, string pattern, string with) => System.Text.RegularExpressions.Regex.Replace(text, pattern, with);
}
