using System.Text.Json;
using Ecny.Local.Processes;

namespace Ecny.Local.City;

/// <summary>The loopback ports of a city. They outlive its processes: a silo that comes back under its old address is known at once.</summary>
/// <param name="Http">The port of each service, in the order of <see cref="ServiceKind"/>.</param>
/// <param name="Silo">The first silo's port for other silos.</param>
/// <param name="Gateway">The first silo's port for clients.</param>
public sealed record CityPorts(IReadOnlyList<int> Http, int Silo, int Gateway)
{
    /// <summary>The ports recorded in the folder where they fit the wanted base, else new ones, recorded.</summary>
    public static CityPorts Remember(string folder, int? portBase)
    {
        string file = Path.Combine(folder, "ports.json");
        if (File.Exists(file)
            && JsonSerializer.Deserialize<CityPorts>(File.ReadAllText(file)) is { } known
            && (portBase is null || known.Http[0] == portBase))
        {
            return known;
        }

        int count = ServiceKinds.All.Count;
        int[] free = FreePort.Take(count + 2);
        int[] http = portBase is { } first ? [.. Enumerable.Range(first, count)] : free[2..];
        var ports = new CityPorts(http, free[0], free[1]);
        PrivateFile.Write(file, JsonSerializer.Serialize(ports));
        return ports;
    }
}
