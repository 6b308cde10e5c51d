using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ecny.Local.City;

namespace Ecny.Local.Events;

/// <summary>The embedded broker, in a process of its own: what dies with it is nothing but messages.</summary>
public sealed class BrokerProcess(string folder, int port) : CityProcess("broker", folder, "broker", Frugal)
{
    // A process that only passes bytes on needs no heaps for each core.
    private static readonly Dictionary<string, string> Frugal = new() { ["DOTNET_gcServer"] = "0", ["DOTNET_gcConcurrent"] = "0", ["DOTNET_TieredPGO"] = "0" };

    public override int Port => port;

    protected override IReadOnlyList<string> CommandLine() => [ServiceBinaries.Launcher, "broker", "--port", port.ToString(CultureInfo.InvariantCulture)];

    protected override async Task<bool> Answers(CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            // Not listening yet.
            return false;
        }
    }
}
