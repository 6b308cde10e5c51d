using Ecny.Monitoring.Health;
using Ecny.Monitoring.Indicators;

namespace Ecny.Monitoring.Live;

/// <summary>The city at one moment: what the live page shows and <c>/v1/live</c> sends. Amounts in fen; nothing personal.</summary>
public sealed record LiveView
{
    /// <summary>When these figures were read, UTC+8.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Today's business date.</summary>
    public required DateOnly Date { get; init; }
    /// <summary>The last entry of each shard that is in these figures.</summary>
    public required IReadOnlyList<AsOf> AsOf { get; init; }
    /// <summary>Payments settled a second, over the last five whole seconds of the ledger's clock.</summary>
    public required double CountPerSecond { get; init; }
    /// <summary>Fen a second, over the same time.</summary>
    public required long AmountPerSecond { get; init; }
    /// <summary>Today's settled payments.</summary>
    public required Total Totals { get; init; }
    /// <summary>Payments of today that the ledger declined.</summary>
    public required long DeclinedCount { get; init; }
    /// <summary>The last two minutes, second by second.</summary>
    public required LiveSeconds Seconds { get; init; }
    /// <summary>Today in steps of ten minutes.</summary>
    public required IReadOnlyList<SeriesPoint> Day { get; init; }
    public required IReadOnlyList<LiveScenario> ByScenario { get; init; }
    public required IReadOnlyList<LiveDistrict> ByDistrict { get; init; }
    /// <summary>By the payer's operator. An operator gets its own line only.</summary>
    public required IReadOnlyList<LiveOperator> ByOperator { get; init; }
    public required IReadOnlyList<ServiceHealth> Services { get; init; }
    public required IReadOnlyList<ConsumerLag> Consumers { get; init; }
}

/// <summary>Figures of consecutive seconds of the ledger's clock; the last one is still running.</summary>
/// <param name="From">The first second, UTC+8.</param>
public sealed record LiveSeconds(DateTimeOffset From, IReadOnlyList<long> Count, IReadOnlyList<long> Amount, IReadOnlyList<long> DeclinedCount);

/// <param name="CountPerSecond">Over about the last ten seconds.</param>
public sealed record LiveScenario(string Scenario, long Count, long Amount, double CountPerSecond);

/// <param name="CountPerSecond">Over about the last ten seconds.</param>
public sealed record LiveDistrict(string District, long Count, long Amount, double CountPerSecond);

/// <param name="CountPerSecond">Over about the last ten seconds.</param>
public sealed record LiveOperator(string Operator, long Count, long Amount, double CountPerSecond);
