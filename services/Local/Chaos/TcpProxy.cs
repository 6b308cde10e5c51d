using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ecny.Local.Chaos;

/// <summary>A loopback TCP proxy whose network can be lost without a word: nothing is closed, nothing arrives any more.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    /// <summary>A server gives up a client that went silent: PostgreSQL's keepalives here are 5 + 3 × 1 s.</summary>
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(8);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Link, byte> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _lost;

    /// <param name="target">The loopback port that is reached through the proxy.</param>
    /// <param name="port">The proxy's own; 0 for any free one.</param>
    public TcpProxy(int target, int port)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = Accept();
    }

    /// <summary>The loopback port to connect to.</summary>
    public int Port { get; }

    /// <summary>From now on nothing passes. Connections made before are silent for ever, those made meanwhile too.</summary>
    public void Lose()
    {
        _lost = true;
        foreach (var link in _links.Keys) _ = link.Lose(_stop.Token);
    }

    /// <summary>New connections work again; the lost ones stay lost.</summary>
    public void Heal() => _lost = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var link in _links.Keys) link.Close();
        _stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(new Link(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(Link link)
    {
        _links.TryAdd(link, 0);
        try
        {
            if (_lost) await link.Lose(_stop.Token);
            else await link.Server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(link.Copy(link.Client, link.Server, _stop.Token), link.Copy(link.Server, link.Client, _stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The server does not listen: the client sees its connection closed.
        }
        finally
        {
            link.Close();
            _links.TryRemove(link, out _);
        }
    }

    private sealed class Link(Socket client)
    {
        private volatile bool _isLost;

        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public async Task Lose(CancellationToken stop)
        {
            if (_isLost) return;
            _isLost = true;
            if (!Server.Connected) return;
            await Task.Delay(ServerPatience, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Server.Close(0);
        }

        public async Task Copy(Socket from, Socket to, CancellationToken stop)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (!_isLost && await from.ReceiveAsync(buffer, stop) is var count and > 0)
                {
                    for (var sent = 0; sent < count && !_isLost;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop);
                }
                // What is sent into a lost network vanishes; only the client's own end ends the link, its server has its own patience.
                while (_isLost && await Client.ReceiveAsync(buffer, stop) > 0) { }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_isLost) await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        public void Close()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
