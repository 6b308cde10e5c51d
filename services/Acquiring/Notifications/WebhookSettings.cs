using Ecny.Messaging;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Notifications;

/// <summary>Registration and settings of notifications. The journal is read and addresses are told where <c>Ecny:Roles</c> has <c>consume</c>.</summary>
public static class WebhookSettings
{
    private const string Section = "Ecny:Webhooks";

    public static void Describe(EcnyOptions options)
    {
        options.Require($"{Section}:KeyId", ConfigCheck.NotEmpty, "set it to the id of the key that signs notifications");
        options.Require($"{Section}:PrivateKeyFile", ConfigCheck.EcdsaKeyFile, "set it to a readable PEM file with the EC P-256 private key that signs notifications");
        options.Optional($"{Section}:Schedule", WebhookOptions.IsSchedule, "set it to seconds before each attempt with commas, for example 0,15,15,30,180");
        options.Optional($"{Section}:AllowedNetworks", WebhookOptions.AreNetworks, "set it to CIDR networks with semicolons, for example 127.0.0.0/8;::1/128");
        foreach (var (key, example) in new[] { ("Timeout", "00:00:10"), ("SlowAfter", "00:00:01"), ("Lease", "00:00:30"), ("PollInterval", "00:00:00.1"), ("MaxAge", "7.00:00:00") })
            options.Optional($"{Section}:{key}", ConfigCheck.Duration, $"set it to a time, for example {example}");
        options.Optional($"{Section}:Concurrency", ConfigCheck.PositiveInteger, "set it to the number of endpoints told at the same time");
        options.Optional($"{Section}:KeepDays", ConfigCheck.PositiveInteger, "set it to the days that ended notifications are kept");
    }

    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.Configure<WebhookOptions>(builder.Configuration.GetSection(Section));
        services.AddSingleton<AddressRules>().AddSingleton<WebhookKeys>().AddSingleton<RetrySchedule>();
        services.AddSingleton<NotificationQueue>().AddSingleton<NotificationLog>().AddSingleton<NotificationReplay>().AddSingleton<DonePartitions>();
        services.AddSingleton<NotificationSettling>().AddSingleton<WebhookClient>().AddSingleton<EndpointRound>();
        builder.AddLedgerConsumer<NotificationFeed>();
        if (MessagingOptions.HasRole(builder.Configuration, "consume")) services.AddHostedService<WebhookSender>();
    }
}
