using Ecny.Acquiring.Tests.Hosting;
using Ecny.Contracts.Institutions;
using Ecny.Testing;
using Xunit;

namespace Ecny.Acquiring.Tests.Institutions;

public sealed class InstitutionTests(SmallCity city)
{
    [Fact]
    public async Task an_institution_is_onboarded_once_and_may_call_at_once()
    {
        var newcomer = TestInstitution.Create($"acq-{Guid.NewGuid():N}", null, Role.Acquirer);
        Assert.Equal(401, (await city.As(newcomer).Get("/v1/merchants")).Code);
        var created = await Onboard(newcomer);
        Assert.Equal(201, created.Code);
        Assert.Equal(200, (await city.As(newcomer).Get("/v1/merchants")).Code);
        var again = await Onboard(newcomer);
        Assert.True(again.Replayed);
        Assert.Equal(created.Body.ToString(), again.Body.ToString());
        var other = await city.Platform.Post("/v1/institutions", new { id = newcomer.Id, name = "another", roles = new[] { "ACQUIRER" }, keys = newcomer.Institution.Keys });
        Assert.Equal("REQUEST_NO_REUSED", other["code"]);
        Assert.Equal(403, (await city.Acquirer.Get($"/v1/institutions/{newcomer.Id}")).Code);
        Assert.Equal(404, (await city.Platform.Get("/v1/institutions/nobody")).Code);
    }

    [Fact]
    public async Task suspension_shuts_out_here_and_at_another_replica()
    {
        var newcomer = TestInstitution.Create($"acq-{Guid.NewGuid():N}", null, Role.Acquirer);
        await Onboard(newcomer);
        await using var replica = await city.Replica();
        await Eventually.True(async () => (await city.As(newcomer, replica).Get("/v1/merchants")).Code == 200, "the newcomer to be known at the replica");
        Assert.Equal("SUSPENDED", (await city.Platform.Post($"/v1/institutions/{newcomer.Id}/state", new { state = "SUSPENDED" }))["state"]);
        Assert.Equal("INSTITUTION_SUSPENDED", (await city.As(newcomer).Get("/v1/merchants"))["code"]);
        await Eventually.True(async () => (await city.As(newcomer, replica).Get("/v1/merchants"))["code"] == "INSTITUTION_SUSPENDED", "the suspension to be known at the replica");
        await city.Platform.Post($"/v1/institutions/{newcomer.Id}/state", new { state = "ACTIVE" });
        Assert.Equal(200, (await city.As(newcomer).Get("/v1/merchants")).Code);
    }

    [Fact]
    public async Task keys_rotate_with_overlap_and_their_ids_never_come_back()
    {
        var old = TestInstitution.Create($"acq-{Guid.NewGuid():N}", null, Role.Acquirer);
        await Onboard(old);
        var successor = TestInstitution.Create($"{old.Id}-next", null, Role.Acquirer);
        Assert.Equal("STATE_CONFLICT", (await city.Platform.Post($"/v1/institutions/{old.Id}/keys/{old.Id}-1/retire", new { }))["code"]);
        Assert.Equal(201, (await city.Platform.Post($"/v1/institutions/{old.Id}/keys", successor.Institution.Keys[0])).Code);
        Assert.Equal(200, (await city.As(old).Get("/v1/merchants")).Code);
        Assert.Equal(200, (await city.As(successor).Get("/v1/merchants")).Code);
        Assert.Equal(200, (await city.Platform.Post($"/v1/institutions/{old.Id}/keys/{old.Id}-1/retire", new { })).Code);
        Assert.Equal(401, (await city.As(old).Get("/v1/merchants")).Code);
        Assert.Equal(200, (await city.As(successor).Get("/v1/merchants")).Code);
        Assert.Equal("ALREADY_EXISTS", (await city.Platform.Post($"/v1/institutions/{old.Id}/keys", old.Institution.Keys[0]))["code"]);
    }

    [Fact]
    public async Task the_feed_has_no_gaps_under_concurrent_changes()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Onboard(TestInstitution.Create($"acq-{Guid.NewGuid():N}", null, Role.Acquirer))));
        var next = 0L;
        while (true)
        {
            var page = await city.Service.Get($"/v1/institutions/changes?after={next}&limit=5");
            Assert.Equal(200, page.Code);
            var items = page.Body.GetProperty("items").EnumerateArray().ToList();
            foreach (var item in items) Assert.Equal(++next, item.GetProperty("sequence").GetInt64());
            Assert.Equal(next, page.Number("lastSequence"));
            if (items.Count == 0) break;
        }
        Assert.True(next >= 18, $"{next} changes");
        Assert.Equal(403, (await city.Acquirer.Get("/v1/institutions/changes")).Code);
        Assert.Equal(400, (await city.Service.Get("/v1/institutions/changes?limit=201")).Code);
    }

    [Theory]
    [InlineData("OPERATOR", null, "walletPrefix"), InlineData("OPERATOR", 100, "walletPrefix"), InlineData("ACQUIRER", 300, "walletPrefix")]
    public async Task a_wallet_prefix_is_an_operators(string role, int? walletPrefix, string field)
    {
        var one = TestInstitution.Create($"i-{Guid.NewGuid():N}", null, Role.Acquirer);
        var answer = await city.Platform.Post("/v1/institutions", new { id = one.Id, name = "x", roles = new[] { role }, walletPrefix, keys = one.Institution.Keys });
        Assert.Equal((400, field), (answer.Code, answer.Error.Field));
    }

    [Fact]
    public async Task a_wallet_prefix_and_a_key_that_cannot_be_read_are_refused()
    {
        var one = TestInstitution.Create($"i-{Guid.NewGuid():N}", null, Role.Acquirer);
        var taken = await city.Platform.Post("/v1/institutions", new { id = one.Id, name = "x", roles = new[] { "OPERATOR" }, walletPrefix = SmallCity.PrefixA, keys = one.Institution.Keys });
        Assert.Equal((409, "ALREADY_EXISTS"), (taken.Code, taken["code"]));
        var unreadable = await city.Platform.Post("/v1/institutions", new
        {
            id = one.Id, name = "x", roles = new[] { "ACQUIRER" }, keys = new[] { new { keyId = "k", algorithm = "ecdsa-p256-sha256", publicKeyPem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" } },
        });
        Assert.Equal((400, "keys[0].publicKeyPem"), (unreadable.Code, unreadable.Error.Field));
    }

    private Task<Answer> Onboard(TestInstitution one) => city.Platform.Post("/v1/institutions", new
    {
        id = one.Id, name = one.Institution.Name, roles = one.Institution.Roles.Select(role => role.ToString().ToUpperInvariant()), walletPrefix = one.Institution.WalletPrefix, keys = one.Institution.Keys,
    });
}
