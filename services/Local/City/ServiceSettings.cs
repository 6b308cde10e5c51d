using System.Globalization;

namespace Ecny.Local.City;

/// <summary>The configuration of each service, as environment variables.</summary>
internal static class ServiceSettings
{
    /// <summary>What a service of the kind is started with.</summary>
    /// <param name="events">How it takes part in events.</param>
    public static IReadOnlyDictionary<string, string> Of(
        ServiceKind kind,
        CityOptions options,
        CitySecrets secrets,
        CityPorts ports,
        IReadOnlyDictionary<string, string?> events)
    {
        string File(string relative) => Path.Combine(options.Folder, relative);
        CityConnections connections = CityConnections.Within(options.Databases.FreeConnections);
        var settings = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = Url(ports.Http[(int)kind]),
            ["ConnectionStrings:Main"] = options.Databases.ConnectionString(kind.Database(), connections.Of(kind)),
            ["Ecny:Migrate"] = "true",
            ["Ecny:Sessions:MasterKeys:1"] = secrets.SessionMasterKey,
            ["Ecny:Sessions:CurrentVersion"] = "1",
            ["Ecny:Journal:Url"] = Url(ports.Http[(int)ServiceKind.Wallets]),
            ["Ecny:Service:Id"] = kind.Institution(),
            ["Ecny:Service:KeyId"] = $"{kind.Institution()}-1",
            ["Ecny:Service:PrivateKeyFile"] = File($"keys/{kind.Institution()}.pem"),
        };
        if (kind == ServiceKind.Acquiring)
        {
            settings["Ecny:Bootstrap:File"] = File(CitySecrets.BootstrapFile);
            settings["Ecny:Webhooks:KeyId"] = "platform-webhooks-1";
            settings["Ecny:Webhooks:PrivateKeyFile"] = File(CitySecrets.WebhookKeyFile);
            // Whoever tries the platform on one machine is told there.
            settings["Ecny:Webhooks:AllowedNetworks"] = "127.0.0.0/8;::1/128";
        }
        else
        {
            settings["Ecny:Institutions:Url"] = Url(ports.Http[(int)ServiceKind.Acquiring]);
        }

        if (kind is ServiceKind.Acquiring or ServiceKind.Wallets)
        {
            settings["ConnectionStrings:Orleans"] = options.Databases.ConnectionString(ServiceKinds.Orleans, connections.Clustering);
            settings["Ecny:Orleans:ClusterId"] = "ecny-local";
            settings["Ecny:Keys:TokenKey"] = secrets.TokenKey;
        }

        if (kind == ServiceKind.Risk)
        {
            settings["Ecny:Wallets:Url"] = Url(ports.Http[(int)ServiceKind.Wallets]);
        }

        if (kind == ServiceKind.Wallets)
        {
            settings["Ecny:Orleans:SiloPort"] = ports.Silo.ToString(CultureInfo.InvariantCulture);
            settings["Ecny:Orleans:GatewayPort"] = ports.Gateway.ToString(CultureInfo.InvariantCulture);
            settings["Ecny:Keys:CheckpointKeyFile"] = File(CitySecrets.CheckpointKeyFile);
            settings["Ecny:Keys:ReceiptSaltKey"] = secrets.ReceiptSaltKey;
        }

        if (kind == ServiceKind.Monitoring)
        {
            settings["Ecny:Monitoring:PublicPage"] = "true";
            foreach (ServiceKind watched in ServiceKinds.All)
            {
                settings[$"Ecny:Monitoring:Services:{watched.Name()}"] = Url(ports.Http[(int)watched]);
            }
        }

        if (options.EndsWithThisProcess)
        {
            // A killed process would leave its pipes for diagnostics in the temporary folder.
            settings["DOTNET_EnableDiagnostics"] = Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics") ?? "0";
        }

        return Merge(settings, events.Concat(options.Settings).Concat(options.SettingsOf.GetValueOrDefault(kind) ?? new Dictionary<string, string?>()));
    }

    /// <summary>Settings with others laid over them, in the form of environment variables.</summary>
    public static IReadOnlyDictionary<string, string> Merge(
        IEnumerable<KeyValuePair<string, string?>> settings,
        IEnumerable<KeyValuePair<string, string?>> over)
    {
        var merged = new Dictionary<string, string>();
        foreach ((string key, string? value) in settings.Concat(over))
        {
            string variable = key.Replace(":", "__", StringComparison.Ordinal);
            if (value is null)
            {
                merged.Remove(variable);
            }
            else
            {
                merged[variable] = value;
            }
        }

        return merged;
    }

    /// <summary>The address of a loopback port.</summary>
    public static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
}
