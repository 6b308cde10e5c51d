using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ecny.EndToEnd.Tests.City;
using Ecny.Local.City;
using Ecny.Testing;

namespace Ecny.EndToEnd.Tests.Robustness;

/// <summary>Connections that do nothing, or too little, cost the others nothing.</summary>
public sealed class OpenConnectionTests(SharedCity shared, ITestOutputHelper output)
{
    private const int Idle = 5_000, HalfSent = 5_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task with_10_000_open_connections_and_slow_clients_payments_are_answered_and_half_sent_requests_are_cut_off()
    {
        RequireDescriptors(Idle + HalfSent + 500);
        var city = await shared.Running();
        var payer = await Payer.Create(city, 100_000);
        var service = city.Services[ServiceKind.Acquiring].Url;
        var idle = await Open(service, Idle, "");
        var half = await Open(service, HalfSent, "POST /v1/payments HTTP/1.1\r\nHost: city\r\nContent-");
        try
        {
            // A byte every 100 ms: one never ends its headers, the other never ends its body.
            var slow = new[] { Drip(service, "GET /healthz/live HTTP/1.1\r\nHost: city\r\nX-Slow: "), Drip(service, "POST /v1/payments HTTP/1.1\r\nHost: city\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n") };
            Assert.Equal(Idle, idle.Count(IsOpen));

            var slowest = TimeSpan.Zero;
            for (var i = 0; i < 200; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                Assert.Equal("SETTLED", (await payer.Pay(1))["status"]);
                if (Stopwatch.GetElapsedTime(begun) is var took && took > slowest) slowest = took;
            }
            output.WriteLine($"slowest of 200 payments with {Idle + HalfSent} open connections: {slowest.TotalMilliseconds:0} ms");
            Assert.True(slowest < TimeSpan.FromSeconds(2), $"a payment took {slowest.TotalSeconds:0.0} s");
            Assert.Equal(100_000 - 200, await payer.Balance());

            var endings = await Task.WhenAll(slow).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            Assert.StartsWith("HTTP/1.1 408 ", endings[0], StringComparison.Ordinal);
            // Without a signature its body is not even waited for.
            Assert.StartsWith("HTTP/1.1 401 ", endings[1], StringComparison.Ordinal);
            await Eventually.Get(() => Task.FromResult(half.Count(IsOpen)), static open => open == 0, "all half-sent requests to be cut off", TimeSpan.FromSeconds(30));
            Assert.Equal(Idle, idle.Count(IsOpen));
        }
        finally
        {
            foreach (var socket in idle.Concat(half)) socket.Dispose();
        }
        await Eventually.True(() => city.Services[ServiceKind.Acquiring].IsReady(Cancel), "the service to be ready");
    }

    private static async Task<Socket[]> Open(Uri service, int count, string sent)
    {
        var sockets = new Socket[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancel }, async (i, cancel) =>
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await sockets[i].ConnectAsync(service.Host, service.Port, cancel);
            if (sent.Length != 0) await sockets[i].SendAsync(Encoding.ASCII.GetBytes(sent), cancel);
        });
        return sockets;
    }

    /// <summary>Sends the beginning at once and then a byte every 100 ms; gives what the server said before it closed.</summary>
    private static async Task<string> Drip(Uri service, string beginning)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(service.Host, service.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Cancel);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dripping = Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            try
            {
                while (await pace.WaitForNextTickAsync(answered.Token)) await stream.WriteAsync("x"u8.ToArray(), answered.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Cut off, which is what the test waits for.
            }
        }, Cancel);
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, Cancel);
        await answered.CancelAsync();
        await dripping;
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>Whether the other side has not closed: what it has sent by then (a 408) counts as closed.</summary>
    private static bool IsOpen(Socket socket) => !socket.Poll(0, SelectMode.SelectRead);

    private static void RequireDescriptors(int count)
    {
        // The runtime raises its soft limit to the hard one; the services inherit it.
        var line = File.ReadLines("/proc/self/limits").First(static l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (soft != "unlimited" && long.Parse(soft, CultureInfo.InvariantCulture) < count) Requirements.Missing("processes", $"only {soft} open files are allowed here, {count} are needed (ulimit -n)");
    }
}
