using Ecny.Messaging;
using Npgsql;

namespace Ecny.Monitoring.Indicators;

/// <summary>
/// Counts the journal: payments by scenario, district, operator and day (指标). The effect of a batch is a sum, whatever its size, so that a rebuild
/// from zero gives the same rows as living through it. It keeps nothing in memory.
/// </summary>
public sealed class IndicatorConsumer : ILedgerConsumer
{
    public const string ConsumerName = "monitoring.indicators";

    public string Name => ConsumerName;

    /// <summary>One entry that cannot be counted must not hide the city: it is parked, shown, and can be counted later.</summary>
    public FailurePolicy Policy => FailurePolicy.Park;

    public Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop) =>
        TallyWriter.Write(connection, transaction, Tally.Of(entries), stop);
}
