using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Payments;

/// <summary>
/// A payment as answers show it. Built from the ledger's outcome and the context of the attempt and from nothing else, so that the first answer,
/// a repetition and a question by number give the same object.
/// </summary>
public sealed record PaymentObject
{
    public required string PaymentNo { get; init; }
    public required string RequestNo { get; init; }
    public string? MerchantNo { get; init; }
    public string? StoreNo { get; init; }
    public string? TerminalNo { get; init; }
    public string? MerchantOrderNo { get; init; }
    public string? OrderNo { get; init; }
    /// <summary>Fen.</summary>
    public long? Amount { get; init; }
    public string? Method { get; init; }
    /// <summary>SETTLED, DECLINED or PROCESSING.</summary>
    public required string Status { get; init; }
    public string? DeclineCode { get; init; }
    /// <summary>Moment of finality by the shard's clock.</summary>
    public string? PaidAt { get; init; }
    public string? BusinessDate { get; init; }
    public int? Shard { get; init; }
    public long? Seq { get; init; }
    public IReadOnlyList<PartObject>? Parts { get; init; }
    /// <summary>Fen refunded so far.</summary>
    public long? RefundedAmount { get; init; }
    public string? Scenario { get; init; }
    public string? Channel { get; init; }
    public string? NotifyUrl { get; init; }
    public string? Attach { get; init; }

    public static PaymentObject Of(LedgerRecord record) => Of(record.Outcome, record.Number, EntryContext.Parse(record.Context));

    public static PaymentObject Of(LedgerOutcome outcome, string number, EntryContext context)
    {
        var settled = outcome.Status == OutcomeStatus.Settled;
        return Pending(outcome.Id, number, outcome.Amount, context) with
        {
            Status = settled ? "SETTLED" : "DECLINED",
            DeclineCode = settled ? null : outcome.Code.ToString(),
            PaidAt = settled ? Moment.Text(outcome.AtMicros) : null,
            BusinessDate = Moment.Text(outcome.BusinessDate),
            Shard = outcome.Shard,
            Seq = outcome.Seq,
            Parts = settled ? PartObject.Of(outcome) : null,
            RefundedAmount = settled ? outcome.RefundedTotal : null,
        };
    }

    /// <summary>Not known yet.</summary>
    public static PaymentObject Pending(TransferId id, string number, long amount, EntryContext context) => new()
    {
        PaymentNo = id.ToString(),
        RequestNo = number,
        MerchantNo = context.Merchant,
        StoreNo = context.Store,
        TerminalNo = context.Terminal,
        MerchantOrderNo = context.Order,
        OrderNo = context is { Order: { } order, Acquirer: { } acquirer, Merchant: { } merchant } ? OnceKey.Order(acquirer, merchant, order).Value.ToString("N") : null,
        // The tombstone of a cancel knows no amount.
        Amount = amount == 0 ? null : amount,
        Method = context.Method,
        Status = "PROCESSING",
        Scenario = context.Scenario,
        Channel = context.Channel,
        NotifyUrl = context.NotifyUrl,
        Attach = context.Attach,
    };
}

/// <summary>What one bucket of the payer gave: AVAILABLE, or the money of a contract.</summary>
public sealed record PartObject(string Bucket, string? ContractNo, long Amount)
{
    public static IReadOnlyList<PartObject> Of(LedgerOutcome outcome) => outcome.Parts.Count == 0
        ? [new PartObject("AVAILABLE", null, outcome.Amount)]
        : [.. outcome.Parts.Select(part => part.Bucket == BucketId.Available
            ? new PartObject("AVAILABLE", null, part.Amount)
            : new PartObject("CONTRACT", $"{part.Bucket}", part.Amount))];
}
