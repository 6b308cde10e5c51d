using System.Globalization;
using System.Net;

namespace Ecny.Wallets.Clustering;

/// <summary>Where this silo lives (<c>Ecny:Orleans</c>).</summary>
/// <param name="ConnectionString">The clustering database (<c>ConnectionStrings:Orleans</c>).</param>
/// <param name="ClusterId">Silos with the same id form one cluster.</param>
/// <param name="Address">Advertised to the other silos and to clients; on loopback nothing outside this machine can connect.</param>
public sealed record SiloSettings(string ConnectionString, string ClusterId, IPAddress Address, int SiloPort, int GatewayPort)
{
    /// <summary>The service whose state outlives clusters.</summary>
    public const string ServiceId = "ecny";

    /// <exception cref="InvalidOperationException">A key is missing or wrong; the message names it and says what to set.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("Orleans");
        if (string.IsNullOrWhiteSpace(connection)) throw Wrong("ConnectionStrings:Orleans", "set it to the connection string of the clustering database");
        var address = configuration["Ecny:Orleans:Address"] is { Length: > 0 } text
            ? IPAddress.TryParse(text, out var parsed) ? parsed : throw Wrong("Ecny:Orleans:Address", "set it to the IP address that other silos reach")
            : IPAddress.Loopback;
        return new SiloSettings(connection, configuration["Ecny:Orleans:ClusterId"] ?? "ecny", address,
            Port(configuration, "Ecny:Orleans:SiloPort", 11111), Port(configuration, "Ecny:Orleans:GatewayPort", 30000));
    }

    private static int Port(IConfiguration configuration, string key, int standard) => configuration[key] switch
    {
        null or "" => standard,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 => port,
        _ => throw Wrong(key, "set it to a port, 1 to 65535"),
    };

    private static InvalidOperationException Wrong(string key, string remedy) => new($"Configuration key {key} is missing or wrong: {remedy}.");
}
