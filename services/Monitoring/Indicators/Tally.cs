using System.Runtime.InteropServices;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Monitoring.Indicators;

/// <summary>What a run of entries adds to the counters, summed in memory: a counter is touched once a batch, however many entries it has.</summary>
internal sealed class Tally
{
    /// <summary>How far back single seconds are kept, in seconds.</summary>
    public const long KeptSeconds = 600;

    public Dictionary<(DateOnly Date, string Operator, string Scenario, string District), Counters> Payments { get; } = [];
    public Dictionary<(DateOnly Date, long Minute, string Operator), Counters> Minutes { get; } = [];
    public Dictionary<long, Counters> Seconds { get; } = [];
    public Dictionary<(DateOnly Date, string Kind, string Operator, string Class), Counters> Activity { get; } = [];

    public static Tally Of(IReadOnlyList<LedgerEntryFact> entries)
    {
        var tally = new Tally();
        // The shard's clock never goes back: what the last payment makes too old need not be counted first.
        var oldest = entries.LastOrDefault(entry => entry.Kind == EntryKind.Payment) is { } last ? last.At.ToUnixTimeSeconds() - KeptSeconds : 0;
        foreach (var entry in entries) tally.Add(entry, oldest);
        return tally;
    }

    private void Add(LedgerEntryFact entry, long oldest)
    {
        if (entry.Settled) Slot(Activity, (entry.BusinessDate, entry.KindName, OperatorOf(entry), ClassOf(entry))).Settle(entry.Leg == 0, entry.Amount);
        if (entry.Kind != EntryKind.Payment) return;
        var second = entry.At.ToUnixTimeSeconds();
        var payer = OperatorOf(entry);
        Count(ref Slot(Payments, (entry.BusinessDate, payer, entry.Context.Scenario ?? "", entry.Context.MerchantDistrict ?? entry.Context.PayerDistrict ?? "")), entry);
        Count(ref Slot(Minutes, (entry.BusinessDate, second / 60, payer)), entry);
        if (second > oldest) Count(ref Slot(Seconds, second), entry);
    }

    private static void Count(ref Counters counters, LedgerEntryFact payment)
    {
        if (payment.Settled) counters.Settle(payment.Leg == 0, payment.Amount);
        else counters.Declined++;
    }

    private static string OperatorOf(LedgerEntryFact entry) => (entry.Kind == EntryKind.WalletOpen ? entry.Context.PayeeOperator : entry.Context.PayerOperator) ?? "";

    private static string ClassOf(LedgerEntryFact entry) => entry.Kind == EntryKind.WalletOpen ? entry.Context.PayeeClass ?? "" : "";

    private static ref Counters Slot<TKey>(Dictionary<TKey, Counters> counters, TKey key) where TKey : notnull =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(counters, key, out _);
}
