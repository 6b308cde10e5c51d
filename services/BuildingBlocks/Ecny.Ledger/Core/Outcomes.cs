using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>The answer that a transfer's journal entries amount to: the same for the first answer and for every repetition.</summary>
public static class Outcomes
{
    /// <summary>Kinds whose money can be refunded.</summary>
    public static bool IsRefundable(EntryKind kind) => kind is EntryKind.Payment or EntryKind.HoldPost;

    internal static LedgerOutcome Of(LedgerState state, Entry[] entries, bool replayed)
    {
        var refundsOf = RefundsOf(entries[0]);
        var refunded = refundsOf is { } payment && state.Refunds.Find(payment) is { } row ? row.Row.Refunded : 0;
        return Of(entries, refunded, replayed);
    }

    /// <summary>The payment whose refunded total belongs into the answer, if any.</summary>
    public static TransferId? RefundsOf(Entry first) => first.Kind switch
    {
        _ when first.Code != DeclineCode.None => first.Kind is EntryKind.Refund ? first.Original : null,
        EntryKind.Payment or EntryKind.HoldPost => first.Transfer,
        EntryKind.Refund or EntryKind.Cancel => first.Original,
        _ => null,
    };

    /// <param name="entries">All legs of one transfer, in order.</param>
    /// <param name="refundedTotal">Fen refunded so far of the payment that <see cref="RefundsOf"/> names.</param>
    /// <param name="replayed">True for a repetition.</param>
    public static LedgerOutcome Of(IReadOnlyList<Entry> entries, long refundedTotal, bool replayed)
    {
        var first = entries[0];
        var amount = 0L;
        var bound = false;
        foreach (var entry in entries)
        {
            if (entry.Kind != first.Kind) continue;
            amount += entry.Amount;
            bound |= entry.Debit.Number >= 2;
        }
        return new LedgerOutcome
        {
            Id = first.Transfer, Status = first.Code == DeclineCode.None ? OutcomeStatus.Settled : OutcomeStatus.Declined, Code = first.Code,
            Shard = first.Shard, Seq = first.Seq, AtMicros = first.AtMicros, BusinessDate = first.BusinessDate, Amount = amount, Kind = first.Kind,
            Parts = bound ? [.. entries.Where(entry => entry.Kind == first.Kind).Select(entry => new Part(entry.Debit.Number, entry.Amount))] : [],
            Replayed = replayed, RefundedTotal = refundedTotal,
        };
    }
}
