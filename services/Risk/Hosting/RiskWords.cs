using Ecny.Risk.Engine.Catalogue;

namespace Ecny.Risk.Hosting;

/// <summary>Public names, and times as answers carry them.</summary>
internal static class RiskWords
{
    public static readonly string[] Tracks = ["FRAUD", "AML"], Severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public static string Of(RiskTrack track) => track.ToString().ToUpperInvariant();

    public static string Of(Band band) => band.ToString().ToUpperInvariant();

    public static string Of(RiskAction action) => action.ToString().ToUpperInvariant();

    /// <summary>UTC+8.</summary>
    public static DateTimeOffset At(long micros) => new DateTimeOffset(DateTimeOffset.UnixEpoch.UtcTicks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero).ToOffset(China);

    /// <summary>UTC+8.</summary>
    public static DateTimeOffset At(DateTimeOffset at) => at.ToOffset(China);
}
