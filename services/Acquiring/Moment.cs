using System.Globalization;

namespace Ecny.Acquiring;

/// <summary>Times as the ledger counts them (Unix microseconds) and as answers show them (RFC 3339, UTC+8, milliseconds).</summary>
public static class Moment
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Of(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static string Text(long micros) => Text(Of(micros));

    public static string Text(DateTimeOffset time) => time.ToOffset(China).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
