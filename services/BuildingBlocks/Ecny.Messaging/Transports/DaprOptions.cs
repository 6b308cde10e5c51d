using System.Globalization;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace Ecny.Messaging;

/// <summary>The sidecar beside this process (<c>Ecny:Messaging:Dapr</c>). What Kubernetes' injector sets in the environment is the default.</summary>
public sealed record DaprOptions
{
    /// <summary>The name of the component and of its subscriptions, in <c>Dapr/*.yaml</c>.</summary>
    public const string PubSub = "ecny-pubsub";

    /// <summary>The sidecar's HTTP API (<c>Url</c>; default <c>http://127.0.0.1:DAPR_HTTP_PORT</c>).</summary>
    public required Uri Url { get; init; }

    /// <summary>What the sidecar wants to see from us (<c>ApiToken</c>; default DAPR_API_TOKEN); empty: nothing.</summary>
    public string ApiToken { get; init; } = "";

    /// <summary>The loopback port on which we take events from the sidecar, and nothing else (<c>EventPort</c>): its app port.</summary>
    public required int EventPort { get; init; }

    /// <summary>What the sidecar shows with every event (<c>AppToken</c>; default APP_API_TOKEN). Without it anybody on this host could forge events.</summary>
    public required string AppToken { get; init; }

    /// <exception cref="ConfigurationException">With a sentence for each key.</exception>
    internal static DaprOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Ecny:Messaging:Dapr");
        List<string> wrong = [];
        var url = section["Url"] ?? $"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"] ?? "3500"}";
        if (!ConfigCheck.HttpAddress(url)) wrong.Add("Configuration key Ecny:Messaging:Dapr:Url is not right: set it to the address of the sidecar's HTTP API, for example http://127.0.0.1:3500.");
        if (!ConfigCheck.Port(section["EventPort"] ?? "")) wrong.Add("Configuration key Ecny:Messaging:Dapr:EventPort is missing or not right: set it to the sidecar's app port, 1 to 65535.");
        var token = section["AppToken"] ?? configuration["APP_API_TOKEN"] ?? "";
        if (token.Length < 16) wrong.Add("Configuration key Ecny:Messaging:Dapr:AppToken is missing or not right: set it, or APP_API_TOKEN, to a random text of at least 16 characters, the sidecar's APP_API_TOKEN.");
        if (wrong.Count > 0) throw new ConfigurationException(wrong);
        return new DaprOptions
        {
            Url = new Uri(url), ApiToken = section["ApiToken"] ?? configuration["DAPR_API_TOKEN"] ?? "",
            EventPort = int.Parse(section["EventPort"]!, CultureInfo.InvariantCulture), AppToken = token,
        };
    }
}
