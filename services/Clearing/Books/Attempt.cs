using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Clearing.Books;

/// <summary>Whose number an attempt carries, in an acquirer's words; each type has its own numbers.</summary>
public enum AttemptType : short
{
    /// <summary>A payment, by its requestNo.</summary>
    PAYMENT = 1,
    /// <summary>A refund, by its refundNo.</summary>
    REFUND = 2,
    /// <summary>A cancel, by its requestNo: what it gave back, or 0 when there was nothing to give back.</summary>
    CANCEL = 3,
}

/// <summary>A leg of a payment, refund or cancel, settled or declined. Table <c>clearing.attempt</c>.</summary>
internal readonly record struct Attempt(AttemptType Type, DeclineCode Code, LedgerEntryFact Entry)
{
    /// <summary>Null: an entry that no acquirer's file has.</summary>
    public static AttemptType? TypeOf(LedgerEntryFact entry) => entry.Kind switch
    {
        EntryKind.Payment => AttemptType.PAYMENT,
        // What a cancel gives back is booked as a refund, under the cancel's own number.
        EntryKind.Refund => entry.Transfer == TransferId.Of(entry.Institution, NumberKind.Cancel, entry.Number) ? AttemptType.CANCEL : AttemptType.REFUND,
        EntryKind.Cancel => AttemptType.CANCEL,
        _ => null,
    };
}
