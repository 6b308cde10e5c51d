using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Risk.Hosting;

namespace Ecny.Risk.Orders;

/// <summary>Asks Wallets to stop a wallet. Idempotent by the order's number: what is not known to have happened is asked again.</summary>
public sealed class WalletsClient(HttpMessageHandler handler, Uri wallets, RequestSigner signer) : IDisposable
{
    private readonly HttpClient http = new(handler) { Timeout = TimeSpan.FromSeconds(5) };

    /// <exception cref="HttpRequestException">No answer, or not the answer: what happened is not known.</exception>
    internal async Task<LawfulStopAnswer> Stop(LawOrder order, TimeSpan duration, CancellationToken stop)
    {
        var body = new LawfulStopRequest
        {
            RequestNo = order.Id.ToString("N"), NameToken = order.NameToken, DurationSeconds = (int)duration.TotalSeconds, Authority = order.Authority, DocumentNo = order.DocumentNo,
        };
        try
        {
            using var response = await new SignedHttpClient(http, wallets, signer)
                .Post($"/v1/wallets/{Uri.EscapeDataString(order.WalletId)}/lawful-stops", body, RiskJson.Default.LawfulStopRequest, stop);
            var answer = await response.Content.ReadAsByteArrayAsync(stop);
            if (!response.IsSuccessStatusCode) throw new HttpRequestException($"Wallets answered {(int)response.StatusCode} to a lawful stop", null, response.StatusCode);
            return JsonSerializer.Deserialize(answer, RiskJson.Default.LawfulStopAnswer) ?? throw new HttpRequestException("Wallets answered a lawful stop with nothing.");
        }
        catch (Exception e) when (e is JsonException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer of Wallets to a lawful stop: {e.Message}", e);
        }
    }

    public void Dispose() => http.Dispose();
}
