using System.Net;
using System.Net.Sockets;

namespace Ecny.Bench.Http;

/// <summary>One virtual caller: a keep-alive connection to each target, and at most one request under way.</summary>
internal sealed class Lane : IDisposable
{
    private readonly Socket[] sockets;
    private readonly byte[] received = new byte[16 * 1024];
    private int receivedLength;

    private Lane(Socket[] sockets) => this.sockets = sockets;

    public LaneState State { get; } = new();
    /// <summary>Stopwatch ticks at which the operation was due (open loop) or sent (closed loop).</summary>
    public long IntendedAt { get; set; }
    public bool Busy { get; set; }

    public static Lane Connect(IReadOnlyList<Uri> targets, Epoll epoll, int key)
    {
        var sockets = new Socket[targets.Count];
        for (var i = 0; i < sockets.Length; i++)
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            sockets[i].Connect(IPAddress.Parse(targets[i].Host == "localhost" ? "127.0.0.1" : targets[i].Host), targets[i].Port);
            sockets[i].Blocking = false;
            epoll.Register(sockets[i], key * targets.Count + i);
        }
        return new Lane(sockets);
    }

    public void Send(int target, ReadOnlySpan<byte> request)
    {
        // A request is far smaller than a socket's buffer, and only one is under way: a short write means the peer is broken.
        var sent = sockets[target].Send(request, SocketFlags.None, out var error);
        if (error != SocketError.Success || sent != request.Length) throw new IOException($"Sending failed: {error}, {sent} of {request.Length} bytes.");
        receivedLength = 0;
    }

    /// <summary>Takes what has arrived. False while the answer is incomplete.</summary>
    public bool Receive(int target, out HttpAnswer answer, out ReadOnlySpan<byte> body)
    {
        answer = default;
        body = default;
        var count = sockets[target].Receive(received.AsSpan(receivedLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return false;
        if (error != SocketError.Success || count == 0) throw new IOException($"The service closed a connection ({error}).");
        if (!Busy) throw new InvalidDataException("An answer to no request.");
        receivedLength += count;
        if (!HttpAnswer.TryParse(received.AsSpan(0, receivedLength), out answer))
        {
            if (receivedLength == received.Length) throw new InvalidDataException("An answer longer than 16 KiB.");
            return false;
        }
        if (answer.Closes || answer.TotalLength != receivedLength) throw new InvalidDataException("The service closes the connection or sends more than one answer.");
        body = received.AsSpan(answer.BodyStart, answer.BodyLength);
        return true;
    }

    public void Dispose()
    {
        foreach (var socket in sockets) socket.Dispose();
    }
}
