using System.Globalization;
using System.Net;
using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.ServiceDefaults;

namespace Ecny.Clearing.Comparisons;

/// <summary>The other services' figures over HTTP, signed with this service's key.</summary>
public sealed class PlatformClient : IJournalSums, IAcquiringTotals, IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 16 * 1024 * 1024,
    };
    private readonly SignedHttpClient wallets, acquiring;

    /// <param name="wallets">Base address of Wallets.</param>
    /// <param name="acquiring">Base address of Acquiring.</param>
    /// <param name="signer">Owned by the caller.</param>
    public PlatformClient(Uri wallets, Uri acquiring, RequestSigner signer) =>
        (this.wallets, this.acquiring) = (new SignedHttpClient(http, wallets, signer), new SignedHttpClient(http, acquiring, signer));

    async Task<JournalSums> IJournalSums.Read(int shard, long after, long to, CancellationToken stop)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/v1/journal/sums?shard={shard}&after={after}&to={to}");
        return await Get(wallets, path, static root => new JournalSums(root.GetProperty("to").GetInt64(), [.. root.GetProperty("items").EnumerateArray().Select(static item => new JournalSum(
            DateOf(item.GetProperty("businessDate")), item.GetProperty("institution").GetString()!, KindOf(item.GetProperty("kind")), item.GetProperty("settled").GetBoolean(),
            item.GetProperty("transfers").GetInt64(), item.GetProperty("entries").GetInt64(), item.GetProperty("amount").GetDecimal()))]), stop)
            ?? throw new JournalUnavailableException($"{wallets.Service} has no {path}.");
    }

    Task<AcquiringTotals?> IAcquiringTotals.Read(DateOnly date, CancellationToken stop) =>
        Get(acquiring, $"/v1/acquiring-totals?date={Dates.Text(date)}", static root => new AcquiringTotals(
            root.GetProperty("asOf").EnumerateArray().ToDictionary(static place => place.GetProperty("shard").GetInt32(), static place => place.GetProperty("seq").GetInt64()),
            [.. root.GetProperty("totals").EnumerateArray().Select(static total => new AcquiringTotal(
                total.GetProperty("institution").GetString()!, KindOf(total.GetProperty("kind")), total.GetProperty("count").GetInt64(), total.GetProperty("amount").GetInt64()))]), stop);

    private static async Task<T?> Get<T>(SignedHttpClient service, string path, Func<JsonElement, T> read, CancellationToken stop) where T : class
    {
        try
        {
            using var response = await service.Get(path, stop);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            var body = await response.Content.ReadAsByteArrayAsync(stop);
            if (!response.IsSuccessStatusCode) throw new JournalUnavailableException($"{service.Service} answers {(int)response.StatusCode} to {path}.");
            using var json = JsonDocument.Parse(body);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new JournalUnavailableException($"{service.Service} cannot be compared with: {e.Message}", e);
        }
    }

    private static DateOnly DateOf(JsonElement text) => DateOnly.ParseExact(text.GetString()!, Dates.Format, CultureInfo.InvariantCulture);

    private static EntryKind KindOf(JsonElement name) =>
        EntryKinds.TryParse(name.GetString(), out var kind) ? kind : throw new FormatException($"{name} is no kind of entry that this build knows.");

    public void Dispose() => http.Dispose();
}
