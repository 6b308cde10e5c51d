using Ecny.Monitoring.Tests.Hosting;

namespace Ecny.Monitoring.Tests.Pages;

/// <summary>A day of a city that could be one: more at noon and in the evening, much small money in transport, little large money in hospitals.</summary>
internal sealed class CityDay(SyntheticJournal journal, int seed)
{
    public static readonly string[] Operators = ["sandbox-operator-a", "sandbox-operator-b"];

    private static readonly (string Scenario, string District, int Weight, int Least, int Most)[] Trade =
    [
        ("S01", "D01", 3, 30_000, 900_000), ("S02", "D02", 3, 500, 5_000), ("S03", "D03", 12, 300, 3_000), ("S04", "D02", 6, 2_000, 90_000), ("S05", "D01", 30, 200, 1_200),
        ("S05", "D05", 14, 200, 900), ("S06", "D04", 7, 3_000, 40_000), ("S07", "D05", 14, 1_000, 80_000), ("S08", "D02", 1, 100_000, 900_000), ("S09", "D01", 26, 300, 30_000),
        ("S09", "D06", 9, 300, 12_000), ("S10", "D06", 4, 800, 8_000), ("S11", "D01", 6, 3_000, 20_000), ("S11", "D04", 3, 3_000, 30_000), ("S12", "D02", 2, 5_000, 150_000),
        ("S13", "D06", 1, 200_000, 900_000), ("S14", "D04", 3, 100, 10_000), ("S15", "D05", 6, 500, 5_000),
    ];

    private readonly Random random = new(seed);

    /// <summary>From midnight (UTC+8) until now.</summary>
    public void Before(int payments)
    {
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8));
        var midnight = new DateTimeOffset(now.Date, now.Offset);
        for (var opened = 0; opened < 400; opened++) journal.Open(midnight, Operators[opened % 2], opened % 9 == 0 ? "CORPORATE" : "II");
        var steps = Math.Max(1, (int)((now - midnight).TotalMinutes / 5));
        var weights = Enumerable.Range(0, steps).Select(step => Curve(step * 5 / 60.0)).ToList();
        for (var step = 0; step < steps; step++) Pay((int)(payments * weights[step] / weights.Sum()), midnight.AddMinutes(step * 5));
    }

    /// <summary>Payments that happen at a moment.</summary>
    public void Pay(int count, DateTimeOffset at)
    {
        for (var i = 0; i < count; i++)
        {
            var pick = random.Next(Trade.Sum(one => one.Weight));
            var one = Trade.First(candidate => (pick -= candidate.Weight) < 0);
            var amount = (long)Math.Exp(Math.Log(one.Least) + random.NextDouble() * (Math.Log(one.Most) - Math.Log(one.Least)));
            journal.Pay(1, amount, one.Scenario, one.District, Operators[random.Next(100) < 58 ? 0 : 1], at, declined: random.Next(80) == 0);
        }
    }

    /// <summary>How much of the day's trade an hour has.</summary>
    private static double Curve(double hour) => 0.06 + Peak(hour, 8.2, 1.4) * 0.8 + Peak(hour, 12.3, 1.6) + Peak(hour, 18.8, 2.6) * 1.25;

    private static double Peak(double hour, double at, double width) => Math.Exp(-Math.Pow((hour - at) / width, 2));
}
