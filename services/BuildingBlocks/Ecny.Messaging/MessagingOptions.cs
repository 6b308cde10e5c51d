using Microsoft.Extensions.Configuration;

namespace Ecny.Messaging;

/// <summary>How this process takes part in events (<c>Ecny:Messaging</c>, <c>Ecny:Roles</c>).</summary>
public sealed record MessagingOptions
{
    public required TransportKind Transport { get; init; }

    /// <summary>Kafka: <c>Ecny:Messaging:Bootstrap</c>, host:port with commas.</summary>
    public string Bootstrap { get; init; } = "";

    /// <summary>Stands before every topic's name, where several cities share a Kafka (<c>Ecny:Messaging:TopicPrefix</c>).</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Further settings of librdkafka, such as <c>security.protocol</c> and <c>sasl.username</c> (<c>Ecny:Messaging:Kafka:*</c>, a dot written as it is).</summary>
    public IReadOnlyDictionary<string, string> Kafka { get; init; } = new Dictionary<string, string>();

    /// <summary>The sidecar, for <see cref="TransportKind.Dapr"/>; else null.</summary>
    public DaprOptions? Dapr { get; init; }

    /// <summary>True where <c>Ecny:Roles</c> (names with commas; default: all) contains the role: <c>serve</c>, <c>relay</c> or <c>consume</c>.</summary>
    public static bool HasRole(IConfiguration configuration, string role) =>
        configuration["Ecny:Roles"] is not { Length: > 0 } roles || roles.Split(',', StringSplitOptions.TrimEntries).Contains(role, StringComparer.Ordinal);

    /// <exception cref="ServiceDefaults.ConfigurationException">With a sentence for each key.</exception>
    public static MessagingOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Ecny:Messaging");
        if (!Enum.TryParse<TransportKind>(section["Transport"] ?? nameof(TransportKind.None), out var transport))
            throw new ServiceDefaults.ConfigurationException(["Configuration key Ecny:Messaging:Transport is not right: set it to None, Kafka or Dapr."]);
        var bootstrap = section["Bootstrap"] ?? "";
        if (transport == TransportKind.Kafka && bootstrap.Length == 0)
            throw new ServiceDefaults.ConfigurationException(["Configuration key Ecny:Messaging:Bootstrap is missing: set it to the brokers' addresses, for example 127.0.0.1:9092."]);
        return new MessagingOptions
        {
            Transport = transport, Bootstrap = bootstrap, TopicPrefix = section["TopicPrefix"] ?? "",
            Dapr = transport == TransportKind.Dapr ? DaprOptions.Read(configuration) : null,
            Kafka = section.GetSection("Kafka").GetChildren().ToDictionary(setting => setting.Key, setting => setting.Value ?? ""),
        };
    }
}

/// <summary>What carries events.</summary>
public enum TransportKind
{
    /// <summary>Nothing: everybody pulls.</summary>
    None = 0,
    /// <summary>Kafka, or the embedded broker, which speaks its protocol.</summary>
    Kafka = 1,
    /// <summary>A sidecar beside this process.</summary>
    Dapr = 2,
}
