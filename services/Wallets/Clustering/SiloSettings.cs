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

    /// <summary>Reads keys that were checked when the service started.</summary>
    public static SiloSettings Read(IConfiguration configuration) => new(
        configuration.GetConnectionString("Orleans")!,
        configuration["Ecny:Orleans:ClusterId"] ?? "ecny",
        configuration["Ecny:Orleans:Address"] is { Length: > 0 } address ? IPAddress.Parse(address) : IPAddress.Loopback,
        configuration.GetValue("Ecny:Orleans:SiloPort", 11111),
        configuration.GetValue("Ecny:Orleans:GatewayPort", 30000));
}
