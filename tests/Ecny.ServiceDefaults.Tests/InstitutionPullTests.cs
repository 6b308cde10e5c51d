using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults.Tests.Fixtures;
using Ecny.Testing;

namespace Ecny.ServiceDefaults.Tests;

public sealed class InstitutionPullTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _keyFile = Path.GetTempFileName();

    [Fact]
    public async Task a_service_learns_of_institutions_and_starts_from_its_copy_when_acquiring_is_away()
    {
        var database = await postgres.CreateDatabase();
        var acquiring = await TestService.Start(postgres);
        await using (var service = await StartPulling(database, acquiring.Address))
        {
            await Eventually.True(() => service.Directory.LastSequence == TestInstitutions.All.Count, "all institutions");
            Assert.Equal(200, (await service.SendRaw("GET", "/healthz/ready", [], "")).Status);
            Assert.Equal(200, (await service.Send("GET", "/v1/things/1")).Status);

            // The fake feed numbers institutions by their place; a fifth one is change 5.
            acquiring.Directory.Apply([new InstitutionChange { Sequence = 5, Institution = TestInstitutions.All[0] with { Id = "new", Keys = [] } }]);
            var changed = new TaskCompletionSource<string>();
            service.Directory.Changed += institution => changed.TrySetResult(institution.Id);
            await Eventually.True(() => service.Directory.TryGet("new", out _), "the new institution");
        }
        var address = acquiring.Address;
        await acquiring.DisposeAsync();

        await using var again = await StartPulling(database, address);
        await Eventually.True(() => again.Directory.LastSequence == 5, "the copy");
        Assert.Equal(200, (await again.SendRaw("GET", "/healthz/ready", [], "")).Status);
        Assert.Equal(200, (await again.Send("GET", "/v1/things/1")).Status);
    }

    [Fact]
    public async Task a_service_without_a_copy_is_not_ready_and_says_so()
    {
        var acquiring = await TestService.Start(postgres);
        var address = acquiring.Address;
        await acquiring.DisposeAsync();
        await using var service = await StartPulling(await postgres.CreateDatabase(), address);
        var ready = await service.SendRaw("GET", "/healthz/ready", [], "");
        Assert.Equal(503, ready.Status);
        Assert.Contains("Institutions are not known yet", ready.Body, StringComparison.Ordinal);
        Assert.Equal("UP", (await service.SendRaw("GET", "/healthz/live", [], "")).Json.GetProperty("status").GetString());
        Assert.Equal((503, "UNAVAILABLE"), await Refusal(service));
    }

    public void Dispose() => File.Delete(_keyFile);

    private static async Task<(int, string)> Refusal(TestService service)
    {
        var answer = await service.Send("GET", "/v1/things/1");
        return (answer.Status, answer.Code);
    }

    private async Task<TestService> StartPulling(string database, Uri acquiring)
    {
        await File.WriteAllTextAsync(_keyFile, TestInstitutions.ServiceKey.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        return await TestService.Start(
            database,
            TimeProvider.System,
            false,
            ("Ecny:Institutions:Url", acquiring.ToString()),
            ("Ecny:Service:Id", "service"),
            ("Ecny:Service:KeyId", "service-key"),
            ("Ecny:Service:PrivateKeyFile", _keyFile));
    }
}
