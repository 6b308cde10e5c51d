namespace Ecny.Monitoring.Indicators;

/// <summary>Settled payments of a business date (UTC+8). Amounts in fen, gross: refunds are not subtracted.</summary>
public sealed record IndicatorsView
{
    public required DateOnly Date { get; init; }
    /// <summary>The last entry of each shard that is in these figures.</summary>
    public required IReadOnlyList<AsOf> AsOf { get; init; }
    public required Total Totals { get; init; }
    public required IReadOnlyList<ScenarioTotal> ByScenario { get; init; }
    public required IReadOnlyList<DistrictTotal> ByDistrict { get; init; }
    /// <summary>By the payer's operator.</summary>
    public required IReadOnlyList<OperatorTotal> ByOperator { get; init; }
}

public sealed record AsOf(int Shard, long Seq);

public sealed record Total(long Count, long Amount);

/// <param name="Scenario">S01 … S16; NONE where the payment carries none.</param>
public sealed record ScenarioTotal(string Scenario, long Count, long Amount);

/// <param name="District">Of the store, else of the merchant, else of the payer's wallet; NONE where nothing says.</param>
public sealed record DistrictTotal(string District, long Count, long Amount);

/// <param name="Operator">The payer's operator; NONE where the payment carries none.</param>
public sealed record OperatorTotal(string Operator, long Count, long Amount);

/// <summary>The payments of a business date along its hours or minutes, by the ledger's clock; steps without payments are left out.</summary>
public sealed record IndicatorSeriesView
{
    public required DateOnly Date { get; init; }
    /// <summary>MINUTE or HOUR.</summary>
    public required string Step { get; init; }
    public required IReadOnlyList<AsOf> AsOf { get; init; }
    public required IReadOnlyList<SeriesPoint> Items { get; init; }
}

/// <param name="From">Beginning of the step, UTC+8.</param>
/// <param name="DeclinedCount">Payments that the ledger declined.</param>
public sealed record SeriesPoint(DateTimeOffset From, long Count, long Amount, long DeclinedCount);
