using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ecny.Client;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Notifications;

/// <summary>What one attempt came to.</summary>
/// <param name="Status">HTTP status; null: there was no answer.</param>
/// <param name="Error">Null where it was delivered.</param>
/// <param name="Lasting">No further attempt can be better: the address itself is refused.</param>
public readonly record struct Attempt(long N, DateTimeOffset At, int? Status, string? Error, TimeSpan Took, bool Lasting)
{
    public bool Delivered => Error is null;
}

/// <summary>
/// Sends signed notifications to strangers: to public addresses only, without redirects, cookies or a proxy, with a limit on time and on what is read. Only the
/// status counts; of an answer's body no more is taken than keeps the connection usable.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    private const int MostHeaderKilobytes = 16, MostDrainedBytes = 16 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly AddressRules addresses;
    private readonly WebhookKeys keys;
    private readonly TimeProvider clock;
    private readonly TimeSpan timeout;
    private readonly HttpClient http;

    public WebhookClient(AddressRules addresses, WebhookKeys keys, TimeProvider clock, IOptions<WebhookOptions> options)
    {
        (this.addresses, this.keys, this.clock, timeout) = (addresses, keys, clock, options.Value.Timeout);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would connect in our place, past the check of the address.
            UseProxy = false,
            // What our traces are called is nobody's business outside.
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout < timeout ? ConnectTimeout : timeout,
            ConnectCallback = Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = MostDrainedBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ecny-webhooks/1");
    }

    /// <summary>One attempt. Throws only when <paramref name="stop"/> ended it: then nothing is known.</summary>
    public async Task<Attempt> Send(OpenNotification notification, CancellationToken stop)
    {
        var (at, start) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        Attempt Ended(int? status, string? error, bool lasting = false) => new(notification.N, at, status, error, Stopwatch.GetElapsedTime(start), lasting);

        if (!addresses.MayTell(notification.Url)) return Ended(null, "ADDRESS_REFUSED", lasting: true);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        try
        {
            using var request = SignedHttpClient.CreateRequest(HttpMethod.Post, new Uri(notification.Url), notification.Body, keys.Signer);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var status = (int)response.StatusCode;
            return Ended(status, response.IsSuccessStatusCode ? null : $"HTTP_{status}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Ended(null, "TIMEOUT");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Ended(null, Reason(e));
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Connects to what the name resolves to now, and only to addresses that may be told: a name that changes its mind gains nothing.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancel);
        var usable = found.Where(addresses.MayConnect).ToArray();
        if (usable.Length == 0) throw new AddressRefusedException(context.DnsEndPoint.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(Exception failure) => failure switch
    {
        { InnerException: AddressRefusedException } or AddressRefusedException => "ADDRESS_REFUSED",
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } e => e.HttpRequestError.ToString(),
        { InnerException: SocketException e } => e.SocketErrorCode.ToString(),
        _ => failure.GetType().Name,
    };
}

/// <summary>A name resolves to addresses that must not be told.</summary>
#pragma warning disable CA1032, CA1064 // Never leaves this file.
internal sealed class AddressRefusedException(string host) : Exception($"{host} has no address that may be told.");
#pragma warning restore CA1032, CA1064
