using System.Diagnostics;

namespace Ecny.Wallets.Numbers;

/// <summary>Time as commands carry it: Unix microseconds; as answers carry it: RFC 3339 in UTC+8.</summary>
public static class Clock
{
    /// <summary>A command is decided within this time after it was accepted, or never.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static long NowMicros(this TimeProvider time) => Micros(time.GetUtcNow());

    public static long NotAfter(this TimeProvider time) => Micros(time.GetUtcNow() + Patience);

    public static long Micros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset At(long micros) => new DateTimeOffset(DateTimeOffset.UnixEpoch.UtcTicks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero).ToOffset(China);

    /// <summary>The W3C traceparent of the request in hand, when it is sampled.</summary>
    public static string? TraceParent => Activity.Current is { Recorded: true, Id: var id } ? id : null;
}
