using System.Text.Json;

namespace Ecny.Local.City;

/// <summary>One service process of a city.</summary>
public sealed class CityService : CityProcess
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    internal CityService(string name, ServiceKind kind, string folder, IReadOnlyDictionary<string, string> environment)
        : base(name, folder, name, environment)
    {
        Kind = kind;
        Url = new Uri(environment["ASPNETCORE_URLS"]);
    }

    /// <summary>Which of the five services it is.</summary>
    public ServiceKind Kind { get; }

    /// <summary>Its base address.</summary>
    public Uri Url { get; }

    public override int Port => Url.Port;

    protected override string What => $"The service {Name}";

    // Its settings files lie beside it.
    protected override string Script => "cd \"${1%/*}\" && exec \"$1\"";

    protected override IReadOnlyList<string> CommandLine() => [ServiceBinaries.Executable(Kind)];

    /// <summary>What it says is missing, one sentence each; empty when it is ready or says nothing.</summary>
    public async Task<IReadOnlyList<string>> Lacks(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, "/healthz/ready"), cancel);
            using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            return [.. json.RootElement.GetProperty("checks").EnumerateObject().Where(check => check.Value.GetString() != "UP").Select(check => $"{check.Name}: {check.Value.GetString()}")];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            // Whoever does not answer does not say why.
            return [];
        }
    }

    protected override async Task<bool> Answers(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, "/healthz/ready"), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            // Not listening yet, or too busy to answer: both mean that it is not ready.
            return false;
        }
    }
}
