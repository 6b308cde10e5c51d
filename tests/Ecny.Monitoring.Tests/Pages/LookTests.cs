using Microsoft.Playwright;

namespace Ecny.Monitoring.Tests.Pages;

/// <summary>The page at the sizes, in the languages and colours it is made for: pictures to look at, and what a program can see of them.</summary>
public sealed class LookTests(PageCity city) : IClassFixture<PageCity>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zh-CN", "light", 1366, 768)]
    [InlineData("en", "light", 1366, 768)]
    [InlineData("zh-CN", "dark", 1366, 768)]
    [InlineData("en", "dark", 1366, 768)]
    [InlineData("zh-CN", "light", 1920, 1080)]
    [InlineData("en", "dark", 1920, 1080)]
    public async Task the_first_screen_shows_all_without_scrolling(string language, string scheme, int width, int height)
    {
        await city.Ready();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var trade = Trade(end.Token);
        await using var visit = await city.Open(language, scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light, width, height);
        await visit.Page.WaitForFunctionAsync("() => parseFloat(document.querySelector('[data-testid=rate]').textContent) > 20");
        await visit.Shoot($"city-{language}-{scheme}-{width}");
        await end.CancelAsync();
        await trade;

        Assert.Equal((width, height), (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await visit.Page.EvaluateAsync<int>("document.documentElement.scrollHeight")));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(PageScripts.CutOff));
        Assert.Empty(visit.Complaints);
    }

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("en", "dark")]
    public async Task text_is_readable_and_everything_that_can_be_pressed_has_a_name(string language, string scheme)
    {
        await using var visit = await city.Open(language, scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light);
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(PageScripts.LowContrast));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(PageScripts.Nameless));
    }

    [Fact]
    public async Task at_200_percent_it_is_one_column_without_scrolling_sideways()
    {
        await using var visit = await city.Open("en", width: 683, height: 384);
        await visit.Shoot("city-zoom");
        Assert.Equal(683, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(PageScripts.CutOff));
    }

    [Fact]
    public async Task focus_is_visible_and_the_keyboard_reaches_every_switch()
    {
        await using var visit = await city.Open("en");
        var reached = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var seen = await visit.Page.EvaluateAsync<string>("(() => { const e = document.activeElement; const s = getComputedStyle(e); return e.tagName === 'BUTTON' ? `${e.getAttribute('aria-label') ?? e.textContent.trim()}|${s.outlineStyle}|${s.outlineWidth}` : ''; })()");
            if (seen.Length > 0) reached.Add(seen);
        }
        foreach (var name in new[] { "中文", "EN", "Switch between light and dark", "Amount", "Count" }) Assert.Contains($"{name}|solid|2px", reached);
    }

    private Task Trade(CancellationToken stop) => Task.Run(async () =>
    {
        var day = new CityDay(city.Journal, 2);
        var random = new Random(3);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var now = DateTimeOffset.UtcNow;
        for (var second = 110; second > 0; second--) day.Pay(Wave(second, random), now.AddSeconds(-second));
        for (var tick = 0; !stop.IsCancellationRequested; tick++)
        {
            day.Pay(Wave(tick / 10, random) / 10 + 1, DateTimeOffset.UtcNow);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }, CancellationToken.None);

    private static int Wave(int second, Random random) => (int)(70 + 22 * Math.Sin(second / 9.0) + 9 * Math.Sin(second / 2.3) + random.Next(-9, 10));
}
