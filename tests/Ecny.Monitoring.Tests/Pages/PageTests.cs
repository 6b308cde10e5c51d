using System.Globalization;
using System.Text.RegularExpressions;
using Ecny.Local.City;

namespace Ecny.Monitoring.Tests.Pages;

/// <summary>What the page says and does, in a real browser.</summary>
public sealed partial class PageTests(PageCity city) : IClassFixture<PageCity>
{
    [Theory]
    [InlineData("zh-CN", "运行正常")]
    [InlineData("en", "All working")]
    public async Task figures_are_those_of_the_api(string language, string word)
    {
        await using var visit = await city.Open(language);
        await visit.Page.WaitForFunctionAsync("seq => Number(document.querySelector('[data-testid=city]').dataset.seq) >= seq", city.Journal.Head);
        await visit.Page.WaitForFunctionAsync("word => document.querySelector('[data-testid=verdict]').textContent.includes(word)", word);
        var api = await city.Get("/v1/indicators");
        Assert.Equal(api.GetProperty("totals").GetProperty("amount").GetInt64().ToString(CultureInfo.InvariantCulture), await visit.Find("amount").GetAttributeAsync("data-fen"));
        Assert.Equal(api.GetProperty("totals").GetProperty("count").GetInt64().ToString(CultureInfo.InvariantCulture), await visit.Find("count").GetAttributeAsync("data-count"));
        foreach (var (list, name) in new[] { ("byScenario", "scenario"), ("byOperator", "operator") })
        {
            var rows = api.GetProperty(list).EnumerateArray().ToList();
            Assert.NotEmpty(rows);
            foreach (var row in rows)
            {
                var shown = visit.Page.Locator($"tr[data-{name}='{row.GetProperty(name).GetString()}']");
                Assert.Equal(row.GetProperty("amount").GetInt64().ToString(CultureInfo.InvariantCulture), await shown.GetAttributeAsync("data-fen"));
                Assert.Equal(row.GetProperty("count").GetInt64().ToString(CultureInfo.InvariantCulture), await shown.GetAttributeAsync("data-count"));
            }
        }
        Assert.Empty(visit.Complaints);
        Assert.All(visit.Requests, url => Assert.StartsWith(city.Address.ToString(), url));
    }

    [Fact]
    public async Task the_language_changes_at_once_and_is_remembered()
    {
        await using var visit = await city.Open("zh-CN");
        Assert.Contains("十六个场景", await visit.Page.InnerTextAsync("#scenarios"), StringComparison.Ordinal);
        await visit.Page.ClickAsync("button[lang=en]");
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('#scenarios').textContent === 'Sixteen scenarios' && document.documentElement.lang === 'en'");
        await visit.Reload();
        Assert.Equal("Sixteen scenarios", await visit.Page.InnerTextAsync("#scenarios"));
        var words = (await visit.Page.InnerTextAsync("body")).Replace("中文", "", StringComparison.Ordinal);
        Assert.DoesNotMatch(Han(), words);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task light_and_dark_change_and_are_remembered()
    {
        await using var visit = await city.Open("en");
        const string Ground = "getComputedStyle(document.body).backgroundColor";
        Assert.Equal("rgb(247, 248, 250)", await visit.Page.EvaluateAsync<string>(Ground));
        await visit.Page.ClickAsync(".ec-theme");
        await visit.Page.WaitForFunctionAsync($"() => {Ground} === 'rgb(15, 20, 25)'");
        await visit.Reload();
        Assert.Equal("rgb(15, 20, 25)", await visit.Page.EvaluateAsync<string>(Ground));
    }

    [Fact]
    public async Task what_is_wrong_is_said_in_words()
    {
        await using var visit = await city.Open("en");
        var (risk, clearing, wallets) = (Port(ServiceKind.Risk), Port(ServiceKind.Clearing), Port(ServiceKind.Wallets));
        city.Stub.ReadyAt[risk] = (503, """{"status":"DOWN","checks":{"database":"The database does not answer"}}""");
        var consumer = city.Stub.ConsumersAt[clearing];
        city.Stub.ConsumersAt[clearing] = PageCity.Consumer("clearing.books", "HALTED", 164, 12);
        try
        {
            await visit.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=verdict]').textContent.includes('Partly impaired')");
            await visit.Page.WaitForFunctionAsync("() => document.querySelector('tr[data-service=risk]').textContent.includes('Not ready')");
            await visit.Page.WaitForFunctionAsync("() => document.querySelector('[data-consumer=\"clearing.books\"]').textContent.includes('halted at 1,001')");
            await visit.Shoot("city-impaired");
            city.Stub.ReadyAt[wallets] = (503, """{"status":"DOWN","checks":{"ledger":"nobody serves the shard"}}""");
            await visit.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=verdict]').textContent.includes('Payments impaired')");
            await visit.Shoot("city-critical");
        }
        finally
        {
            city.Stub.ReadyAt.Clear();
            city.Stub.ConsumersAt[clearing] = consumer;
        }
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=verdict]').textContent.includes('All working')");
    }

    [Fact]
    public async Task the_browser_may_load_from_the_service_only()
    {
        await city.Ready();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(city.Address, "/city"), TestContext.Current.CancellationToken);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    private int Port(ServiceKind kind) => city.Stub.Addresses[(int)kind].Port;

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();
}
