using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Ecny.Client;
using Ecny.Client.Signing;

namespace Ecny.Messaging;

/// <summary>The journal over HTTP (<c>GET /v1/journal</c>), signed with the service's own key.</summary>
public sealed class JournalClient : IJournal, IDisposable
{
    /// <summary>An entry has about 700 bytes; a page has to fit in one array.</summary>
    private const int MostPageBytes = 256 * 1024 * 1024, FirstBuffer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentBag<LedgerEntryReader> readers = [];
    private readonly Uri wallets;
    private readonly RequestSigner signer;

    /// <param name="wallets">Base address of Wallets.</param>
    /// <param name="signer">Owned by the caller.</param>
    public JournalClient(Uri wallets, RequestSigner signer) => (this.wallets, this.signer) = (wallets, signer);

    public Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop) => Get<IReadOnlyList<JournalHead>>("/v1/journal/heads", static (body, _) =>
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.EnumerateArray().Select(head =>
            new JournalHead(head.GetProperty("shard").GetInt32(), head.GetProperty("epoch").GetInt64(), head.GetProperty("seq").GetInt64()))];
    }, stop);

    public Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop) =>
        Get<IReadOnlyList<LedgerEntryFact>>(string.Create(CultureInfo.InvariantCulture, $"/v1/journal?shard={shard}&after={after}&limit={limit}"), (body, reader) =>
        {
            var entries = reader.ReadPage(body.Span, Math.Min(limit, body.Length / 300 + 1));
            Consecutive.Require(entries, shard, after);
            return entries;
        }, stop);

    private async Task<T> Get<T>(string target, Func<ReadOnlyMemory<byte>, LedgerEntryReader, T> read, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        byte[]? buffer = null;
        if (!readers.TryTake(out var reader)) reader = new LedgerEntryReader();
        try
        {
            using var request = SignedHttpClient.CreateRequest(HttpMethod.Get, new Uri(wallets, target), default, signer);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
                throw new JournalUnavailableException($"{wallets}{target[1..]} answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(patience.Token)}");
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), patience.Token) is > 0 and var more)
            {
                length += more;
                if (length == buffer.Length) Grow(ref buffer);
            }
            return read(buffer.AsMemory(0, length), reader);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new JournalUnavailableException($"The journal at {wallets} cannot be read: {e.Message}", e);
        }
        finally
        {
            readers.Add(reader);
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Grow(ref byte[] buffer)
    {
        if (buffer.Length >= MostPageBytes) throw new JsonException("The page is larger than any page of the journal.");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    public void Dispose() => http.Dispose();
}
