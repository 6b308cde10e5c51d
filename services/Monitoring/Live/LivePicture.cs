using Ecny.Monitoring.Health;
using Ecny.Monitoring.Indicators;

namespace Ecny.Monitoring.Live;

/// <summary>Makes a view from readings: rates need an earlier one.</summary>
internal static class LivePicture
{
    private const int RateSeconds = 5;
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <param name="now">The newest reading.</param>
    /// <param name="before">One of some ten seconds ago, of the same day; the same as <paramref name="now"/> at the beginning.</param>
    public static LiveView Of(LiveReading now, LiveReading before, IReadOnlyList<ServiceHealth> services, IReadOnlyList<ConsumerLag> consumers)
    {
        var last = now.At.ToUnixTimeSeconds();
        var seconds = Enumerable.Range(0, LiveReader.Window).Select(i => now.Seconds.GetValueOrDefault(last - LiveReader.Window + 1 + i)).ToList();
        // The running second, and the one whose entries may still be on their way, would only look like a dip.
        var recent = seconds.SkipLast(2).TakeLast(RateSeconds).ToList();
        var elapsed = (now.At - before.At).TotalSeconds;
        return new LiveView
        {
            At = now.At.ToOffset(China), Date = now.Date, AsOf = now.Places,
            CountPerSecond = Math.Round(recent.Sum(second => second.Count) / (double)RateSeconds, 1), AmountPerSecond = recent.Sum(second => second.Amount) / RateSeconds,
            Totals = new Total(now.Total.Count, now.Total.Amount), DeclinedCount = now.Total.Declined,
            Seconds = new LiveSeconds(DateTimeOffset.FromUnixTimeSeconds(last - LiveReader.Window + 1).ToOffset(China),
                [.. seconds.Select(second => second.Count)], [.. seconds.Select(second => second.Amount)], [.. seconds.Select(second => second.Declined)]),
            Day = now.Day,
            ByScenario = [.. now.Scenarios.Where(Settled).Select(row => new LiveScenario(row.Code, row.Counters.Count, row.Counters.Amount, Rate(row, before.Scenarios, elapsed)))],
            ByDistrict = [.. now.Districts.Where(Settled).Select(row => new LiveDistrict(row.Code, row.Counters.Count, row.Counters.Amount, Rate(row, before.Districts, elapsed)))],
            ByOperator = [.. now.Operators.Where(Settled).Select(row => new LiveOperator(row.Code, row.Counters.Count, row.Counters.Amount, Rate(row, before.Operators, elapsed)))],
            Services = services, Consumers = consumers,
        };
    }

    private static bool Settled((string Code, Counters Counters) row) => row.Counters.Count > 0 || row.Counters.Amount > 0;

    private static double Rate((string Code, Counters Counters) row, List<(string Code, Counters Counters)> before, double seconds) =>
        seconds <= 0 ? 0 : Math.Round(Math.Max(0, row.Counters.Count - before.FirstOrDefault(old => old.Code == row.Code).Counters.Count) / seconds, 1);
}
