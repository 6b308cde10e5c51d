using System.Text.Json;
using Ecny.Local.City;
using Ecny.Local.Processes;

namespace Ecny.Local.Events;

/// <summary>The loopback ports of what carries events. Services are told them once, so they outlive their processes.</summary>
/// <param name="Broker">The embedded broker.</param>
/// <param name="Relay">The relay's own API: health and metrics.</param>
/// <param name="Sidecars">By the sidecar's application.</param>
public sealed record EventPorts(int Broker, int Relay, IReadOnlyDictionary<string, SidecarPorts> Sidecars)
{
    /// <summary>The recorded ports, or new ones, recorded.</summary>
    public static EventPorts Remember(string folder)
    {
        string file = FileIn(folder);
        if (File.Exists(file) && JsonSerializer.Deserialize<EventPorts>(File.ReadAllText(file)) is { } known)
        {
            return known;
        }

        string[] applications = [Sidecar.RelayApplication, .. ServiceKinds.All.Where(kind => kind != ServiceKind.Wallets).Select(kind => kind.Name())];
        int[] free = FreePort.TakeLasting(2 + applications.Length * 4);
        var ports = new EventPorts(free[0], free[1], applications.Select((name, i) => (name, first: 2 + i * 4))
            .ToDictionary(pair => pair.name, pair => new SidecarPorts(free[pair.first], free[pair.first + 1], free[pair.first + 2], free[pair.first + 3])));
        PrivateFile.Write(file, JsonSerializer.Serialize(ports));
        return ports;
    }

    /// <summary>Lets the next city choose anew: somebody may have taken one while nothing ran.</summary>
    public static void Forget(string folder) => File.Delete(FileIn(folder));

    private static string FileIn(string folder) => Path.Combine(folder, "event-ports.json");
}

/// <param name="Http">The sidecar's API.</param>
/// <param name="Grpc">The same by gRPC; nobody here uses it.</param>
/// <param name="Internal">For other sidecars.</param>
/// <param name="Events">Where the application takes events from it.</param>
public sealed record SidecarPorts(int Http, int Grpc, int Internal, int Events);
