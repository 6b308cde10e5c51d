using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Clearing.Comparisons;

/// <summary>What Acquiring made of the journal by itself: <c>GET /v1/acquiring-totals?date=</c>.</summary>
public interface IAcquiringTotals
{
    /// <summary>Its settled payments and refunds of a business date; null where it does not offer them.</summary>
    /// <exception cref="JournalUnavailableException">It does not answer, or not as it should.</exception>
    Task<AcquiringTotals?> Read(DateOnly date, CancellationToken stop);
}

/// <param name="UpTo">The last entry of each shard that is in them.</param>
public sealed record AcquiringTotals(IReadOnlyDictionary<int, long> UpTo, IReadOnlyList<AcquiringTotal> Totals);

/// <param name="Count">Transfers.</param>
/// <param name="Amount">Fen.</param>
public sealed record AcquiringTotal(string Institution, EntryKind Kind, long Count, long Amount);
