using System.Text.Json;
using Ecny.Testing;
using Ecny.Wallets.Tests.Hosting;
using Npgsql;

namespace Ecny.Risk.Tests.Service;

/// <summary>Who may read and write what.</summary>
public sealed class ApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task each_track_is_read_by_those_it_is_for_and_by_nobody_else()
    {
        await using var host = await Found();
        var fraud = (await host.As(RiskHost.PublicSecurity).Get("/v1/alerts")).Expect(200).Json.GetProperty("items").EnumerateArray().ToList();
        var aml = (await host.As(RiskHost.Regulator).Get("/v1/alerts?limit=200")).Expect(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.NotEmpty(fraud);
        Assert.NotEmpty(aml);
        Assert.All(fraud, alert => Assert.Equal("FRAUD", alert.GetProperty("track").GetString()));
        Assert.All(aml, alert => Assert.Equal("AML", alert.GetProperty("track").GetString()));
        var (fraudId, amlId) = (fraud[0].GetProperty("alertId").GetString(), aml[0].GetProperty("alertId").GetString());
        Assert.True((await host.As(RiskHost.PublicSecurity).Get($"/v1/alerts/{fraudId}")).Expect(200).Json.GetProperty("transactions").GetArrayLength() > 5);
        (await host.As(RiskHost.PublicSecurity).Get($"/v1/alerts/{amlId}")).ExpectProblem(404, "NOT_FOUND");
        (await host.As(RiskHost.Regulator).Get($"/v1/alerts/{fraudId}")).ExpectProblem(404, "NOT_FOUND");
        (await host.As(RiskHost.PublicSecurity).Get("/v1/alerts?track=AML")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.Regulator).Get("/v1/rules?track=FRAUD")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.Platform).Get("/v1/alerts")).ExpectProblem(400, "INVALID_FIELD", "track");
        (await host.As(RiskHost.Platform).Get("/v1/alerts?track=AML")).Expect(200);
        (await host.As(RiskHost.Platform).Get($"/v1/alerts/{amlId}")).Expect(200);
        foreach (var party in (Party[])[RiskHost.Operator, RiskHost.Acquirer, RiskHost.Service])
            foreach (var path in (string[])["/v1/alerts", $"/v1/alerts/{fraudId}", "/v1/rules", "/v1/typologies", "/v1/lists", "/v1/orders-of-law", "/v1/feeds/public-security/signals", "/v1/feeds/regulator/signals"])
                (await host.As(party).Get(path)).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.Regulator).Get("/v1/feeds/public-security/signals")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.PublicSecurity).Get("/v1/feeds/regulator/signals")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.Platform).Get("/v1/feeds/regulator/signals")).ExpectProblem(403, "NOT_PERMITTED");
        (await host.As(RiskHost.Regulator).Get("/v1/orders-of-law")).ExpectProblem(403, "NOT_PERMITTED");
    }

    [Fact]
    public async Task a_feed_is_flat_and_without_gaps()
    {
        await using var host = await Found();
        var page = (await host.InSession(RiskHost.PublicSecurity).Get("/v1/feeds/public-security/signals?limit=2")).Expect(200).Json;
        var items = page.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([1, 2], items.Select(item => item.GetProperty("sequence").GetInt64()));
        Assert.Equal(2, page.GetProperty("lastSequence").GetInt64());
        foreach (var field in (string[])["sequence", "signalId", "ruleVersion", "typology", "severity", "confidence", "subjects", "transactions", "evidenceGraph", "amountAtRisk", "currentHolderWallets", "stopWindowExpires", "suggestedAction"])
            Assert.True(items[0].TryGetProperty(field, out _), field);
        var rest = (await host.As(RiskHost.PublicSecurity).Get("/v1/feeds/public-security/signals?after=2&limit=200")).Expect(200).Json;
        Assert.Equal(rest.GetProperty("items").GetArrayLength() + 2, rest.GetProperty("lastSequence").GetInt64());
        var end = (await host.As(RiskHost.PublicSecurity).Get("/v1/feeds/public-security/signals?after=100000")).Expect(200).Json;
        Assert.Equal((0, 100_000), (end.GetProperty("items").GetArrayLength(), end.GetProperty("lastSequence").GetInt64()));
        (await host.As(RiskHost.PublicSecurity).Get("/v1/feeds/public-security/signals?after=-1")).ExpectProblem(400, "INVALID_FIELD", "after");
    }

    [Fact]
    public async Task alerts_are_filtered_and_paged_newest_first()
    {
        await using var host = await Found();
        var api = host.As(RiskHost.PublicSecurity);
        var seen = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = (await api.Get($"/v1/alerts?limit=2{next}")).Expect(200).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("alertId").GetString()!));
            next = page.GetProperty("nextCursor").GetString() is { } cursor ? $"&cursor={cursor}" : null;
        }
        Assert.True(seen.Count >= 3);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(seen, (await Ids(api, "/v1/alerts?limit=200")));
        Assert.NotEmpty(await Ids(api, "/v1/alerts?typology=MULE_HOUSE&rule=R07&minSeverity=MEDIUM"));
        Assert.Empty(await Ids(api, "/v1/alerts?typology=NONE"));
        Assert.Single(await Ids(api, $"/v1/alerts?walletId={MemoryJournal.WalletId(2_000)}"));
        Assert.Empty(await Ids(api, $"/v1/alerts?from={Uri.EscapeDataString("2030-01-01T00:00:00+08:00")}"));
        foreach (var (query, field) in (IEnumerable<(string, string)>)[("minSeverity=BAD", "minSeverity"), ("walletId=12", "walletId"), ("from=yesterday", "from"), ("from=2026-01-01T00:00:00", "from"), ("cursor=%00", "cursor"), ("limit=0", "limit"), ("limit=1&limit=2", "limit"), ("typology=", "typology"), ("track=BOTH", "track")])
            (await api.Get($"/v1/alerts?{query}")).ExpectProblem(400, "INVALID_FIELD", field);
    }

    [Fact]
    public async Task rules_are_served_as_immutable_versions()
    {
        await using var host = await Found();
        var rules = (await host.As(RiskHost.PublicSecurity).Get("/v1/rules")).Expect(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["R04", "R07", "R08", "R24"], rules.Select(rule => rule.GetProperty("id").GetString()));
        Assert.Equal(5, rules[1].GetProperty("definition").GetProperty("parameters").GetProperty("minPayers").GetInt32());
        Assert.Equal(["R01", "R02", "R10"], (await host.As(RiskHost.Regulator).Get("/v1/rules")).Json.GetProperty("items").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        Assert.Equal(["LISTED", "MULE_HOUSE"], (await host.As(RiskHost.Platform).Get("/v1/typologies?track=FRAUD")).Json.GetProperty("items").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task a_listed_wallet_is_found_from_the_next_payment_on_until_it_is_taken_off()
    {
        var journal = new MemoryJournal();
        await using var host = await RiskHost.Start(await RiskScene.NewDatabase(postgres), journal);
        var database = host.Get<NpgsqlDataSource>();
        var police = host.As(RiskHost.PublicSecurity);
        var body = new { requestNo = "l-1", list = "suspects", walletId = MemoryJournal.WalletId(7), reason = "case 4711" };
        var listed = (await police.Post("/v1/lists", body)).Expect(201);
        Assert.Equal("LISTED", listed["status"]);
        Assert.True((await police.Post("/v1/lists", body)).Expect(201).Replayed);
        (await police.Post("/v1/lists", new { requestNo = "l-1", list = "others", walletId = MemoryJournal.WalletId(7), reason = "case 4711" })).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        (await police.Post("/v1/lists", new { requestNo = "l-2", list = "suspects", walletId = MemoryJournal.WalletId(7), reason = "case 4711" })).ExpectProblem(409, "ALREADY_EXISTS");
        (await police.Post("/v1/lists", new { requestNo = "l-3", list = "suspects", walletId = "1234", reason = "x" })).ExpectProblem(422, "WALLET_UNKNOWN", "walletId");
        (await police.Post("/v1/lists", new { requestNo = "l-3", list = "suspects", walletId = MemoryJournal.WalletId(8), reason = "x", expiresAt = "2020-01-01T00:00:00Z" })).ExpectProblem(400, "INVALID_FIELD", "expiresAt");
        journal.Transfer(1, 7, 10, 1);
        await Eventually.True(async () => (await Ids(police, "/v1/alerts?typology=LISTED")).Count == 1, "an alert");
        (await host.As(RiskHost.OtherPolice).Post($"/v1/lists/{listed["entryNo"]}/end", new { reason = "mistake" })).ExpectProblem(404, "NOT_FOUND");
        (await host.As(RiskHost.OtherPolice).Get($"/v1/lists/{listed["entryNo"]}")).ExpectProblem(404, "NOT_FOUND");
        Assert.Equal("ENDED", (await police.Post($"/v1/lists/{listed["entryNo"]}/end", new { reason = "mistake" })).Expect(200)["status"]);
        Assert.True((await police.Post($"/v1/lists/{listed["entryNo"]}/end", new { reason = "again" })).Expect(200).Replayed);
        journal.Transfer(2, 7, 10, 2);
        journal.Transfer(3, 4, 10, 3);
        await Eventually.True(async () => await Scalar(database, "SELECT coalesce(max(seq), 0) FROM messaging.cursor") == 3, "everything taken");
        Assert.Single(await Ids(police, "/v1/alerts?typology=LISTED"));
        Assert.Equal(2, await Scalar(database, "SELECT count(*) FROM risk.list_change WHERE after_seq IS NOT NULL"));
        Assert.Single((await police.Get("/v1/lists")).Expect(200).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await host.As(RiskHost.OtherPolice).Get("/v1/lists")).Expect(200).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task the_openapi_document_has_every_endpoint()
    {
        await using var host = await RiskHost.Start(await RiskScene.NewDatabase(postgres), new MemoryJournal());
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "/openapi/v1.json"), TestContext.Current.CancellationToken));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, verbs) in (IEnumerable<(string, string)>)[("/v1/alerts", "get"), ("/v1/alerts/{alertId}", "get"), ("/v1/rules", "get"), ("/v1/typologies", "get"), ("/v1/lists", "get post"), ("/v1/lists/{entryNo}", "get"),
            ("/v1/lists/{entryNo}/end", "post"), ("/v1/orders-of-law", "get post"), ("/v1/orders-of-law/{orderNo}", "get"), ("/v1/feeds/public-security/signals", "get"), ("/v1/feeds/regulator/signals", "get")])
        {
            Assert.True(paths.TryGetProperty(path, out var found), path);
            Assert.Equal(verbs, string.Join(' ', found.EnumerateObject().Select(verb => verb.Name).Order()));
        }
    }

    /// <summary>A service that has found mule houses and cycles.</summary>
    private async Task<RiskHost> Found()
    {
        var journal = new MemoryJournal();
        for (var ring = 1; ring <= 4; ring++) Patterns.MuleHouse(journal, 1_000 * ring, ring * 30);
        for (var ring = 0; ring < 3; ring++) Patterns.Cycle(journal, 100_000 + 10 * ring, 121 + ring * 30);
        var host = await RiskHost.Start(await RiskScene.NewDatabase(postgres), journal);
        await Eventually.True(async () => await Scalar(host.Get<NpgsqlDataSource>(), "SELECT coalesce(max(seq), 0) FROM messaging.cursor") == journal.Head, "everything taken", TimeSpan.FromSeconds(30));
        return host;
    }

    private static async Task<List<string>> Ids(ApiClient api, string path) =>
        [.. (await api.Get(path)).Expect(200).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("alertId").GetString()!)];

    private static async Task<long> Scalar(NpgsqlDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
