using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Notifications;

/// <summary>When an endpoint is tried again, and when a notification is given up.</summary>
public sealed class RetrySchedule
{
    private readonly TimeSpan[] pauses;

    public RetrySchedule(IOptions<WebhookOptions> options)
        : this(options.Value.Schedule is { Length: > 0 } text ? [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : WebhookOptions.DefaultSchedule)
    {
    }

    /// <param name="seconds">Before the first, second, … attempt.</param>
    public RetrySchedule(IReadOnlyList<int> seconds)
    {
        pauses = [.. seconds.Select(pause => TimeSpan.FromSeconds(pause))];
        Span = TimeSpan.FromSeconds(seconds.Sum());
    }

    /// <summary>From the first attempt to the last. A notification that is older when an attempt at its endpoint fails is given up.</summary>
    public TimeSpan Span { get; }

    /// <summary>Pause after so many failures of an endpoint in a row; after the last of the schedule its longest stays.</summary>
    public TimeSpan After(int failures) => pauses[Math.Min(failures, pauses.Length - 1)];
}
