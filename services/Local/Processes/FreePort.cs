using System.Net;
using System.Net.Sockets;

namespace Ecny.Local.Processes;

/// <summary>Finds loopback ports that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Ports that are free now, all different. Another process may take one before it is used: callers try again then.</summary>
    public static int[] Take(int count)
    {
        var listeners = new TcpListener[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                listeners[i] = new TcpListener(IPAddress.Loopback, 0);
                listeners[i].Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (TcpListener? listener in listeners)
            {
                listener?.Dispose();
            }
        }
    }

    /// <summary>One free port.</summary>
    public static int Take() => Take(1)[0];

    /// <summary>
    /// Ports in a row below those that the system gives to clients: they stay free while their owner is down, so that it can come back under the same address.
    /// </summary>
    public static int[] TakeLasting(int count)
    {
        const int lowest = 24_000, highest = 32_000;
        while (true)
        {
            int first = Random.Shared.Next(lowest, highest - count);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return [.. Enumerable.Range(first, count)];
            }
        }
    }

    /// <summary>Whether a server could listen on the loopback port now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
