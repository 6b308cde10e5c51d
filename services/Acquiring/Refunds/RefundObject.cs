using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Refunds;

public sealed record RefundRequest
{
    public required string RefundNo { get; init; }
    public required string PaymentNo { get; init; }
    /// <summary>Fen, part or all of what is left of the payment.</summary>
    public required long Amount { get; init; }
    public string? Reason { get; init; }
}

/// <summary>A refund as answers show it, built from the ledger's outcome and the context of the attempt and from nothing else.</summary>
public sealed record RefundObject
{
    public required string RefundId { get; init; }
    public required string RefundNo { get; init; }
    public string? PaymentNo { get; init; }
    /// <summary>SETTLED, DECLINED or PROCESSING.</summary>
    public required string Status { get; init; }
    public string? DeclineCode { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    /// <summary>Fen refunded of the payment so far, by this and all other refunds.</summary>
    public long? RefundedTotalAmount { get; init; }
    public string? RefundedAt { get; init; }
    public string? BusinessDate { get; init; }
    public int? Shard { get; init; }
    public long? Seq { get; init; }
    public string? MerchantNo { get; init; }
    public string? MerchantOrderNo { get; init; }
    public string? Reason { get; init; }

    public static RefundObject Of(LedgerRecord record) => Of(record.Outcome, record.Number, EntryContext.Parse(record.Context));

    public static RefundObject Of(LedgerOutcome outcome, string number, EntryContext context)
    {
        var settled = outcome.Status == OutcomeStatus.Settled;
        return Pending(outcome.Id, number, outcome.Amount, context) with
        {
            Status = settled ? "SETTLED" : "DECLINED",
            DeclineCode = settled ? null : outcome.Code.ToString(),
            RefundedTotalAmount = outcome.RefundedTotal,
            RefundedAt = settled ? Moment.Text(outcome.AtMicros) : null,
            BusinessDate = Moment.Text(outcome.BusinessDate),
            Shard = outcome.Shard,
            Seq = outcome.Seq,
        };
    }

    /// <summary>Not known yet.</summary>
    public static RefundObject Pending(TransferId id, string number, long amount, EntryContext context) => new()
    {
        RefundId = id.ToString(),
        RefundNo = number,
        PaymentNo = context.Original,
        Status = "PROCESSING",
        Amount = amount,
        MerchantNo = context.Merchant,
        MerchantOrderNo = context.Order,
        Reason = context.Reason,
    };
}
