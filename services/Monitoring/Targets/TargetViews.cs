using Ecny.Monitoring.Indicators;
using Ecny.Monitoring.Reference;

namespace Ecny.Monitoring.Targets;

public sealed record TargetsView
{
    /// <summary>The business date whose targets these are, and up to which the actual values count.</summary>
    public required DateOnly Date { get; init; }
    public required IReadOnlyList<AsOf> AsOf { get; init; }
    public required IReadOnlyList<TargetView> Items { get; init; }
}

/// <summary>A target, and how far the city is. Amounts in fen.</summary>
public sealed record TargetView
{
    /// <summary>WALLETS_PERSONAL, WALLETS_CORPORATE, TURNOVER.</summary>
    public required string Target { get; init; }
    public required Words Name { get; init; }
    /// <summary>What exactly is counted.</summary>
    public required Words Definition { get; init; }
    /// <summary>COUNT or AMOUNT: which pair of members below is there.</summary>
    public required string Unit { get; init; }
    /// <summary>Absent where no value of the plan holds on the date.</summary>
    public DateOnly? EffectiveFrom { get; init; }
    /// <summary>Absent: until another value follows.</summary>
    public DateOnly? EffectiveTo { get; init; }
    public long? TargetCount { get; init; }
    public long? ActualCount { get; init; }
    public long? TargetAmount { get; init; }
    public long? ActualAmount { get; init; }
}
