using System.Diagnostics;
using System.Text.Json;
using Ecny.Client;

namespace Ecny.Monitoring.Health;

/// <summary>Asks one service how it is and where its consumers stand.</summary>
internal sealed class ServiceProbe(string service, SignedHttpClient client, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), China = TimeSpan.FromHours(8);

    public ServiceHealth Health { get; private set; } = new(service, "UNKNOWN", time.GetUtcNow().ToOffset(China), null, null);

    /// <summary>What it said last; an answer that fails leaves them, so that a lag is not taken for its end.</summary>
    public IReadOnlyList<ConsumerLag> Consumers { get; private set; } = [];

    public async Task Ask(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(client.Service, "/healthz/ready"), patience.Token);
            var latency = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(patience.Token));
            Set(answer.IsSuccessStatusCode ? "UP" : "NOT_READY", latency, answer.IsSuccessStatusCode ? null : Missing(body.RootElement));
            await AskConsumers(patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IOException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            Set("DOWN", null, e is OperationCanceledException ? "no answer within 2 s" : e.Message);
        }
    }

    private async Task AskConsumers(CancellationToken stop)
    {
        using var answer = await client.Get("/v1/consumers", stop);
        // A service that has none, or is too young to trust our key, says nothing about lags.
        if (!answer.IsSuccessStatusCode) return;
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
        Consumers = [.. body.RootElement.GetProperty("items").EnumerateArray().Select(item => new ConsumerLag(
            service, item.GetProperty("consumer").GetString()!, item.GetProperty("shard").GetInt32(), item.GetProperty("state").GetString()!, item.GetProperty("seq").GetInt64(),
            item.GetProperty("head").GetInt64(), item.GetProperty("lagEntries").GetInt64(), item.GetProperty("lagSeconds").GetDouble(), item.GetProperty("parked").GetInt64(),
            item.TryGetProperty("reason", out var reason) ? reason.GetString() : null))];
    }

    private void Set(string state, double? latency, string? reason) => Health = Health with
    {
        State = state, LatencyMilliseconds = latency, Reason = reason, Since = Health.State == state ? Health.Since : time.GetUtcNow().ToOffset(China),
    };

    private static string Missing(JsonElement ready) => string.Join("; ", ready.GetProperty("checks").EnumerateObject()
        .Where(check => check.Value.GetString() != "UP").Select(check => $"{check.Name}: {check.Value.GetString()}"));
}
