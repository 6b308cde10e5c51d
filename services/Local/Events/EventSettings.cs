using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecny.Local.City;
using Ecny.Local.Postgres;

namespace Ecny.Local.Events;

/// <summary>How a service takes part in events, as configuration.</summary>
internal static class EventSettings
{
    /// <summary>What the first process of a kind is told. Wallets itself has no broker: money never waits for one, and its journal is told by the relay.</summary>
    public static IReadOnlyDictionary<string, string?> Of(ServiceKind kind, CityEvents? events, EventPorts ports, CitySecrets secrets) => (kind, events) switch
    {
        (_, null) => new Dictionary<string, string?>(),
        (ServiceKind.Wallets, _) => new Dictionary<string, string?> { ["Ecny:Roles"] = "serve" },
        (_, { Sidecars: true }) => BehindSidecar(kind.Name(), ports, secrets),
        _ => Direct(events, ports),
    };

    /// <summary>The relay's: a process of Wallets' program that is neither silo nor API, without the keys of either.</summary>
    public static IReadOnlyDictionary<string, string?> OfRelay(CityEvents events, EventPorts ports, CitySecrets secrets, DatabaseServer databases) =>
        new Dictionary<string, string?>(events.Sidecars ? BehindSidecar(Sidecar.RelayApplication, ports, secrets) : Direct(events, ports))
        {
            ["ASPNETCORE_URLS"] = ServiceSettings.Url(ports.Relay),
            ["Ecny:Roles"] = "relay",
            ["ConnectionStrings:Main"] = databases.ConnectionString(ServiceKind.Wallets.Database(), CityConnections.Within(databases.FreeConnections).Relay),
            ["ConnectionStrings:Orleans"] = null,
            ["Ecny:Keys:TokenKey"] = null,
            ["Ecny:Keys:CheckpointKeyFile"] = null,
            ["Ecny:Keys:ReceiptSaltKey"] = null,
        };

    /// <summary>A Kafka client in the process.</summary>
    public static Dictionary<string, string?> Direct(CityEvents events, EventPorts ports) => new()
    {
        ["Ecny:Messaging:Transport"] = "Kafka",
        ["Ecny:Messaging:Bootstrap"] = Bootstrap(events, ports),
    };

    public static string Bootstrap(CityEvents events, EventPorts ports) => events.Kafka ?? $"127.0.0.1:{ports.Broker.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What a sidecar and its application show each other: derived, so that one that is started again knows it.</summary>
    public static string Token(string application, string direction, CitySecrets secrets) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromBase64String(secrets.SessionMasterKey), Encoding.UTF8.GetBytes($"sidecar/{application}/{direction}")));

    private static Dictionary<string, string?> BehindSidecar(string application, EventPorts ports, CitySecrets secrets) => new()
    {
        ["Ecny:Messaging:Transport"] = "Dapr",
        ["Ecny:Messaging:Dapr:Url"] = ServiceSettings.Url(ports.Sidecars[application].Http),
        ["Ecny:Messaging:Dapr:EventPort"] = ports.Sidecars[application].Events.ToString(CultureInfo.InvariantCulture),
        ["Ecny:Messaging:Dapr:ApiToken"] = Token(application, "api", secrets),
        ["Ecny:Messaging:Dapr:AppToken"] = Token(application, "app", secrets),
    };
}
