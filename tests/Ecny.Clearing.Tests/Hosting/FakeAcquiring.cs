using Ecny.Clearing.Comparisons;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Messaging;

namespace Ecny.Clearing.Tests.Hosting;

/// <summary>What Acquiring would have made of the journal.</summary>
public sealed class FakeAcquiring : IAcquiringTotals
{
    private IReadOnlyList<Entry> entries = [];

    /// <summary>False: a version without these totals.</summary>
    public bool Offers { get; set; } = true;

    /// <summary>False: its consumer has never run.</summary>
    public bool Begun { get; set; } = true;

    /// <summary>Fen that it counts too much.</summary>
    public long Error { get; set; }

    /// <summary>It has read the entries up to here.</summary>
    public void Read(IEnumerable<Entry> upTo) => entries = [.. upTo];

    public Task<AcquiringTotals?> Read(DateOnly date, CancellationToken stop)
    {
        if (!Offers) return Task.FromResult<AcquiringTotals?>(null);
        var known = entries;
        var totals = known.Where(entry => entry.BusinessDate == date && entry.Code == DeclineCode.None && (entry.Kind is EntryKind.Payment or EntryKind.Refund))
            .GroupBy(entry => (entry.Institution, entry.Kind))
            .Select(group => new AcquiringTotal(group.Key.Institution, group.Key.Kind, group.Select(entry => entry.Transfer).Distinct().Count(), group.Sum(entry => entry.Amount) + Error));
        return Task.FromResult<AcquiringTotals?>(new AcquiringTotals(Begun ? new Dictionary<int, long> { [0] = known.Count } : [], [.. totals]));
    }
}
