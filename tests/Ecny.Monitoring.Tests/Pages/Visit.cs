using Microsoft.Playwright;

namespace Ecny.Monitoring.Tests.Pages;

/// <summary>A browser tab, and everything it complained about.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly PageCity city;
    private readonly IBrowserContext context;

    internal Visit(PageCity city, IBrowserContext context, IPage page)
    {
        (this.city, this.context, Page) = (city, context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }
    public List<string> Complaints { get; } = [];
    public List<string> Requests { get; } = [];

    /// <summary>Loads a page and waits until it lives.</summary>
    public async Task Go(string path)
    {
        await Page.GotoAsync(new Uri(city.Address, path).ToString());
        await Lives();
    }

    public async Task Reload()
    {
        await Page.ReloadAsync();
        await Lives();
    }

    /// <summary>The clock of the page moves only when it is interactive.</summary>
    public async Task Lives()
    {
        var first = await Text("clock");
        await Page.WaitForFunctionAsync("was => document.querySelector('[data-testid=clock]')?.textContent !== was", first);
        await Page.WaitForSelectorAsync("[data-testid=city] [data-panel]");
    }

    public ILocator Find(string id) => Page.Locator($"[data-testid={id}]");

    public async Task<string> Text(string id) => (await Find(id).TextContentAsync())!.Trim();

    /// <summary>Kept as an artefact, to be looked at, where ECNY_SCREENSHOTS names a folder.</summary>
    public async Task Shoot(string name)
    {
        if (Environment.GetEnvironmentVariable("ECNY_SCREENSHOTS") is { Length: > 0 } folder) await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
