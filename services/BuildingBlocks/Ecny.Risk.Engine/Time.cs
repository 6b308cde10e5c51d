namespace Ecny.Risk.Engine;

/// <summary>Event time is counted in Unix microseconds.</summary>
internal static class Time
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    public static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
    public static long Hours(double hours) => (long)(hours * Hour);
    public static long Days(double days) => (long)(days * Day);
}
