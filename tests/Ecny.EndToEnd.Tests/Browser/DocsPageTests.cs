using System.Text.Json;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;
using Ecny.Local.Processes;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.Browser;

/// <summary>/docs in a real browser that reaches nothing but the service.</summary>
public sealed class DocsPageTests(SharedCity shared)
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServiceKind.Acquiring)]
    [InlineData(ServiceKind.Wallets)]
    [InlineData(ServiceKind.Clearing)]
    public async Task the_page_lists_every_endpoint_without_the_internet(ServiceKind kind)
    {
        var browser = Find();
        var city = await shared.Running();
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(city.Services[kind].Url, "/openapi/v1.json"), Cancel));
        var summaries = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject()).Select(static verb => verb.Value.GetProperty("summary").GetString()!).ToList();

        var page = await Render(browser, new Uri(city.Services[kind].Url, "/docs"));

        Assert.True(summaries.Count >= 4);
        Assert.All(summaries, summary => Assert.Contains(Html(summary), page, StringComparison.Ordinal));
        Assert.DoesNotContain("could not be loaded", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(ServiceKind.Acquiring, "tag/payments/POST/v1/payments", "PaymentRequest", "merchantOrderNo")]
    [InlineData(ServiceKind.Wallets, "tag/transfers/POST/v1/transfers", "TransferRequest", "fromWalletId")]
    public async Task a_link_to_an_operation_opens_the_page_there(ServiceKind kind, string link, string body, string member)
    {
        var browser = Find();
        var city = await shared.Running();

        var page = await Render(browser, new Uri(city.Services[kind].Url, $"/docs#{link}"));

        // Only what is near the place that is looked at has been built in full.
        Assert.Contains($"{link}.body.{member}", page, StringComparison.Ordinal);
        Assert.Contains(body, page, StringComparison.Ordinal);
        Assert.Contains("1000000000000000", page, StringComparison.Ordinal);
    }

    /// <summary>The page as its scripts have built it; no name outside this machine is resolved, and it may complain about nothing.</summary>
    private static async Task<string> Render(string browser, Uri page)
    {
        var profile = Directory.CreateTempSubdirectory("ecny-browser-").FullName;
        try
        {
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--window-size=1400,2000", "--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom", page.ToString(),
            ];
            var shown = await ExternalProgram.Run(browser, arguments, cancel: Cancel);
            Assert.True(shown.Succeeded, shown.Tail);
            Assert.DoesNotContain(shown.Error.Split('\n'), static line => line.Contains(":CONSOLE", StringComparison.Ordinal) && !line.Contains("\"@scalar/api-reference@", StringComparison.Ordinal));
            return shown.Output;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Find()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(static folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (found is null) Requirements.Missing("browser", "Chromium is missing (Debian: apt-get install chromium)");
        return found!;
    }
}
