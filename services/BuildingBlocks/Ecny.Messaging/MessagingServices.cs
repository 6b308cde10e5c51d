using Ecny.Client.Signing;
using Ecny.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>Registration. Call after <c>AddEcnyDefaults</c>.</summary>
public static class MessagingServices
{
    /// <summary>The transport, the tables (schema <c>messaging</c> of the service's own database) and the desks for parked and quarantined entries.</summary>
    /// <exception cref="ConfigurationException">Keys are missing or wrong.</exception>
    public static WebApplicationBuilder AddMessaging(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(MessagingOptions))) return builder;
        var options = MessagingOptions.Read(builder.Configuration);
        services.AddSingleton(options);
        services.AddSingleton<ConsumerBoard>();
        services.AddSingleton<ParkedEntries>();
        services.AddSingleton<QuarantineDesk>();
        services.AddTransport(options);
        ((EcnyOptions)services.Single(service => service.ServiceType == typeof(EcnyOptions)).ImplementationInstance!)
            .Migrate(typeof(MessagingServices).Assembly, "Ecny.Messaging.Migrations.").Json(MessagingJson.Default);
        return builder;
    }

    /// <summary>
    /// A consumer of the journal, run where <c>Ecny:Roles</c> has <c>consume</c>. Needs <c>Ecny:Journal:Url</c> (base address of Wallets) and the service's own key.
    /// </summary>
    /// <exception cref="ConfigurationException">Keys are missing or wrong.</exception>
    public static WebApplicationBuilder AddLedgerConsumer<T>(this WebApplicationBuilder builder, ConsumerOptions? options = null) where T : class, ILedgerConsumer
    {
        builder.AddMessaging();
        var services = builder.Services;
        services.TryAddSingleton<T>();
        if (!MessagingOptions.HasRole(builder.Configuration, "consume")) return builder;
        if (!services.Any(service => service.ServiceType == typeof(IJournal))) builder.AddJournalClient();
        services.AddHostedService(provider => new LedgerConsumerHost<T>(
            provider.GetRequiredService<T>(), provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<IJournal>(), provider.GetRequiredService<IEventTransport>(),
            options ?? new ConsumerOptions { Time = provider.GetRequiredService<TimeProvider>() }, provider.GetRequiredService<ConsumerBoard>(), provider.GetRequiredService<ILogger<T>>()));
        return builder;
    }

    /// <summary>An outbox for topics that this service owns, and its publisher where <c>Ecny:Roles</c> has <c>relay</c>.</summary>
    /// <param name="source">The events' source, for example <c>/ecny/risk</c>.</param>
    public static WebApplicationBuilder AddOutbox(this WebApplicationBuilder builder, string source)
    {
        builder.AddMessaging();
        builder.Services.AddSingleton(provider => new Outbox(source, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<OutboxReader>();
        if (MessagingOptions.HasRole(builder.Configuration, "relay")) builder.Services.AddHostedService<OutboxPublisher>();
        return builder;
    }

    private static void AddTransport(this IServiceCollection services, MessagingOptions options)
    {
        switch (options.Transport)
        {
            case TransportKind.Kafka:
                services.TryAddSingleton<IEventTransport>(provider => new KafkaTransport(options, provider.GetRequiredService<ILogger<KafkaTransport>>()));
                break;
            case TransportKind.Dapr:
                services.AddSingleton<IDeadLetters, DeadLetters>();
                services.AddSingleton(provider => new EventDoor(options.Dapr!, provider.GetRequiredService<IDeadLetters>(), provider.GetRequiredService<ILogger<EventDoor>>()));
                // Before what listens behind it: the sidecar waits for this port.
                services.AddHostedService(provider => provider.GetRequiredService<EventDoor>());
                services.TryAddSingleton<IEventTransport>(provider => new DaprTransport(options, provider.GetRequiredService<EventDoor>()));
                break;
            default:
                services.TryAddSingleton<IEventTransport, NoTransport>();
                break;
        }
    }

    private static void AddJournalClient(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        (string Key, Func<string, bool> IsRight, string Remedy)[] rules =
        [
            ("Ecny:Journal:Url", ConfigCheck.HttpAddress, "set it to the base address of Wallets, for example http://127.0.0.1:5081"),
            ("Ecny:Service:KeyId", ConfigCheck.NotEmpty, "set it to the id of this service's key"),
            ("Ecny:Service:PrivateKeyFile", ConfigCheck.EcdsaKeyFile, "set it to a readable PEM file with this service's EC P-256 private key"),
        ];
        List<string> wrong = [.. rules.Where(rule => !rule.IsRight(configuration[rule.Key] ?? "")).Select(rule => $"Configuration key {rule.Key} is missing or not right: {rule.Remedy}.")];
        if (wrong.Count > 0) throw new ConfigurationException(wrong);
        builder.Services.AddSingleton(_ => RequestSigner.FromPem(configuration["Ecny:Service:KeyId"]!, File.ReadAllText(configuration["Ecny:Service:PrivateKeyFile"]!)));
        builder.Services.AddSingleton<IJournal>(provider => new JournalClient(new Uri(configuration["Ecny:Journal:Url"]!), provider.GetRequiredService<RequestSigner>()));
    }
}
