using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class AccessTests(PostgresFixture postgres)
{
    private static readonly PlainSigner _operator = PlainSigner.Ecdsa("operator-key", TestInstitutions.OperatorKey);

    [Fact]
    public async Task the_role_is_checked_before_anything_is_read()
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.Send("POST", "/v1/echo", "{not json", _operator);
        Assert.Equal((403, "NOT_PERMITTED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task an_endpoint_without_a_rule_is_denied_to_everybody()
    {
        await using var service = await TestService.Start(postgres);
        Assert.Equal("NOT_PERMITTED", (await service.Send("GET", "/v1/forgotten")).Code);
    }

    [Fact]
    public async Task weighty_calls_and_new_sessions_take_only_the_own_key()
    {
        await using var service = await TestService.Start(postgres);
        var session = await service.OpenSession();
        foreach (var target in new[] { "/v1/weighty", "/v1/sessions" })
        {
            var answer = await service.Send("POST", target, signer: session);
            Assert.Equal((403, "OWN_KEY_REQUIRED"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task a_suspended_institution_is_refused_with_its_sessions_too()
    {
        await using var service = await TestService.Start(postgres);
        var session = await service.OpenSession();
        service.Directory.Apply([TestInstitutions.Suspended("acquirer", 100)]);
        foreach (var signer in new[] { null, session })
        {
            var answer = await service.Send("GET", "/v1/things/1", signer: signer);
            Assert.Equal((403, "INSTITUTION_SUSPENDED"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task a_session_opened_at_one_service_is_valid_at_another()
    {
        await using var one = await TestService.Start(postgres);
        await using var two = await TestService.Start(postgres);
        var session = await one.OpenSession();
        Assert.Equal("""{"by":"acquirer","session":true}""", (await two.Send("GET", "/v1/things/1", signer: session)).Body);
    }

    [Fact]
    public async Task a_session_ends_at_its_time_and_survives_the_rotation_of_the_master_key()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        var old = await TestService.Start(await postgres.CreateDatabase(), clock, true);
        var opened = await old.Send("POST", "/v1/sessions", """{"ttlSeconds":60}""");
        Assert.Equal(201, opened.Status);
        await old.DisposeAsync();
        var session = PlainSigner.Hmac(opened.Json.GetProperty("keyId").GetString()!, opened.Json.GetProperty("secret").GetString()!);

        await using var rotated = await TestService.Start(
            await postgres.CreateDatabase(), clock, true, ("Ecny:Sessions:CurrentVersion", "2"), ("Ecny:Sessions:MasterKeys:2", Convert.ToBase64String(new byte[32])));
        Assert.StartsWith("s2.", (await rotated.OpenSession()).KeyId, StringComparison.Ordinal);
        Assert.Equal(200, (await rotated.Send("GET", "/v1/things/1", signer: session)).Status);
        clock.Advance(TimeSpan.FromSeconds(61));
        var late = await rotated.Send("GET", "/v1/things/1", signer: session with { Created = clock.GetUtcNow() });
        Assert.Equal((401, "SIGNATURE_EXPIRED"), (late.Status, late.Code));
    }

    [Theory]
    [InlineData("""{"ttlSeconds":59}""")]
    [InlineData("""{"ttlSeconds":901}""")]
    [InlineData("""{"ttlSeconds":"60"}""")]
    [InlineData("""{"ttlSeconds":60.5}""")]
    [InlineData("""{"ttlSeconds":99999999999}""")]
    public async Task a_session_lasts_from_60_to_900_seconds(string body)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.Send("POST", "/v1/sessions", body);
        Assert.Equal((400, "INVALID_FIELD"), (answer.Status, answer.Code));
        Assert.Equal(["ttlSeconds: INVALID_FIELD"], answer.Fields);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public async Task a_session_lasts_900_seconds_when_nothing_is_said(string body)
    {
        await using var service = await TestService.Start(postgres);
        var answer = await service.Send("POST", "/v1/sessions", body);
        Assert.Equal(201, answer.Status);
        Assert.InRange(answer.Json.GetProperty("expiresAt").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(880), TimeSpan.FromSeconds(901));
    }
}
