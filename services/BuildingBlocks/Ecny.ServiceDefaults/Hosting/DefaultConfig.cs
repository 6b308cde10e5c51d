using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ecny.ServiceDefaults.Hosting;

/// <summary>Configuration keys of the defaults and what is asked of them.</summary>
internal static class DefaultConfig
{
    /// <exception cref="ConfigurationException">With a sentence for each key.</exception>
    public static void Check(IConfiguration configuration, EcnyOptions options)
    {
        var rules = new List<ConfigRule>
        {
            new("ConnectionStrings:Main", ConfigCheck.ConnectionString, "set it to the Npgsql connection string of this service's own database", true),
            new("Ecny:Sessions:CurrentVersion", ConfigCheck.PositiveInteger, "set it to the version of the master key that opens new sessions, for example 1", true),
            new("Ecny:Http:MaxConcurrentRequests", ConfigCheck.PositiveInteger, "set it to how many requests may be inside at once, for example 4096", false),
            new("Ecny:Http:MaxConnections", ConfigCheck.PositiveInteger, "set it to how many connections may be open, for example 20000", false),
            new("Ecny:Shutdown:TimeoutSeconds", ConfigCheck.PositiveInteger, "set it to the seconds that requests have to finish when the service stops, for example 30", false),
            new("Ecny:Shutdown:DrainSeconds", static value => value is "0" || ConfigCheck.PositiveInteger(value), "set it to the seconds between readiness turning false and the listener closing, for example 5", false),
            new("Ecny:Signatures:NonceCapacity", ConfigCheck.PositiveInteger, "set it to how many nonces of sessions are remembered, for example 8000000", false),
            new("Ecny:Telemetry:SampleRatio", ConfigCheck.Ratio, "set it to the part of the requests that is traced, from 0 to 1", false),
            new("OTEL_EXPORTER_OTLP_ENDPOINT", ConfigCheck.HttpAddress, "set it to the address of an OTLP receiver, for example http://127.0.0.1:4317, or take it away", false),
            new("urls", ConfigCheck.ListenAddresses, "set ASPNETCORE_URLS to the addresses to listen at, for example http://127.0.0.1:5080", false),
            new("Ecny:Migrate", ConfigCheck.Boolean, "set it to true to migrate the database at start, else to false", false),
        };
        if (!options.OwnsInstitutions)
        {
            rules.Add(new("Ecny:Institutions:Url", ConfigCheck.HttpAddress, "set it to the base address of Acquiring, for example http://127.0.0.1:5080", true));
            rules.Add(new("Ecny:Service:Id", ConfigCheck.NotEmpty, "set it to the id of this service's institution, for example service-wallets", true));
            rules.Add(new("Ecny:Service:KeyId", ConfigCheck.NotEmpty, "set it to the id of this service's key", true));
            rules.Add(new("Ecny:Service:PrivateKeyFile", ConfigCheck.EcdsaKeyFile, "set it to a readable PEM file with this service's EC P-256 private key", true));
        }
        rules.AddRange(options.ConfigRules);
        var sentences = ConfigCheck.Run(configuration, rules);
        CheckMasterKeys(configuration, sentences);
        if (sentences.Count != 0) throw new ConfigurationException(sentences);
    }

    private static void CheckMasterKeys(IConfiguration configuration, List<string> sentences)
    {
        foreach (var key in configuration.GetSection("Ecny:Sessions:MasterKeys").GetChildren())
            if (!int.TryParse(key.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) || !ConfigCheck.Key32(key.Value ?? ""))
                sentences.Add($"Configuration key {key.Path} is not right: its name must be a version number and its value base64 of 32 random bytes (openssl rand -base64 32).");
        if (configuration["Ecny:Sessions:CurrentVersion"] is { } version && string.IsNullOrEmpty(configuration["Ecny:Sessions:MasterKeys:" + version]))
            sentences.Add($"Configuration key Ecny:Sessions:MasterKeys:{version} is missing: set it to base64 of 32 random bytes (openssl rand -base64 32), the same at every service.");
    }
}
