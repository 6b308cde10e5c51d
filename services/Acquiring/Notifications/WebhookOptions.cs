using System.Net;

namespace Ecny.Acquiring.Notifications;

/// <summary>Settings of notifications (<c>Ecny:Webhooks</c>).</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Pauses before the first, second, … attempt of a notification, in seconds: what public payment platforms do (domain.md). When the last has failed it is given up.
    /// </summary>
    public static readonly IReadOnlyList<int> DefaultSchedule = [0, 15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];

    /// <summary>Id of the platform's key that signs notifications.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>PEM file with that EC P-256 private key.</summary>
    public string PrivateKeyFile { get; set; } = "";

    /// <summary>Public keys that are published too, by key id, as PEM files: the next one before it signs, the last one until nobody needs it.</summary>
    public Dictionary<string, string> FurtherPublicKeys { get; } = [];

    /// <summary>Seconds with commas; empty for <see cref="DefaultSchedule"/>.</summary>
    public string Schedule { get; set; } = "";

    /// <summary>
    /// Networks that may be told although they are not public (CIDR, with semicolons). Without them a notifyUrl that leads to a private, loopback, link-local or
    /// otherwise special address is refused.
    /// </summary>
    public string AllowedNetworks { get; set; } = "";

    /// <summary>How long an endpoint may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An endpoint that takes longer is kept apart from the quick ones.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Endpoints served at the same time; so many again for those in trouble.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>How long a sender that died keeps an endpoint.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often is looked for work when there is none.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What happened longer ago is not told any more: a service that is new in an old city does not tell its whole history.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Days that ended notifications are kept.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>True for a list of pauses that can be a schedule.</summary>
    public static bool IsSchedule(string text) => text.Split(',').All(part => int.TryParse(part, out var seconds) && seconds >= 0);

    /// <summary>True for CIDR networks with semicolons.</summary>
    public static bool AreNetworks(string text) => text.Split(';').All(part => IPNetwork.TryParse(part, out _));
}
