using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Clearing.Comparisons;

/// <summary>What the journal's own database counts: <c>GET /v1/journal/sums</c> of Wallets.</summary>
public interface IJournalSums
{
    /// <summary>Sums of the entries after <paramref name="after"/> up to <paramref name="to"/>, or as far as one answer goes.</summary>
    /// <exception cref="JournalUnavailableException">It does not answer, or not as it should.</exception>
    Task<JournalSums> Read(int shard, long after, long to, CancellationToken stop);
}

/// <param name="To">The last entry counted.</param>
public sealed record JournalSums(long To, IReadOnlyList<JournalSum> Items);

/// <param name="Settled">False: declined.</param>
/// <param name="Transfers">A transfer of several legs counts once for each kind among them.</param>
/// <param name="Amount">Fen of all legs; for declines what was asked for.</param>
public sealed record JournalSum(DateOnly BusinessDate, string Institution, EntryKind Kind, bool Settled, long Transfers, long Entries, decimal Amount);
