using System.Text.Json.Serialization;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Orders;

/// <summary>An order as answers show it: what was ordered, and what the ledger says became of it.</summary>
public sealed record OrderObject
{
    public required string OrderNo { get; init; }
    public required string Status { get; init; }
    public required string MerchantNo { get; init; }
    public required string MerchantOrderNo { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public string? Subject { get; init; }
    public string? CodeContent { get; init; }
    public string? ExpiresAt { get; init; }
    public string? CreatedAt { get; init; }
    public string? Scenario { get; init; }
    public string? NotifyUrl { get; init; }
    public string? Attach { get; init; }
    /// <summary>The payment that paid it.</summary>
    public string? PaymentNo { get; init; }
    public string? PaidAt { get; init; }
    public long? PaidAmount { get; init; }
    public long? RefundedAmount { get; init; }
    /// <summary>Only in the answer to a cancel: why the ledger declined the refund.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>Its place in a list: microseconds and number. Not part of answers.</summary>
    [JsonIgnore]
    public string ListKey { get; init; } = "";

    public static OrderObject Of(Order order, OrderStanding standing) => new()
    {
        OrderNo = order.OrderNo,
        Status = standing.Status.ToString(),
        MerchantNo = order.MerchantNo,
        MerchantOrderNo = order.MerchantOrderNo,
        Amount = order.Amount,
        Subject = order.Subject,
        CodeContent = order.CodeContent,
        ExpiresAt = Moment.Text(order.ExpiresAt),
        CreatedAt = Moment.Text(order.CreatedAt),
        Scenario = order.Scenario,
        NotifyUrl = order.NotifyUrl,
        Attach = order.Attach,
        PaymentNo = standing.Payment?.Outcome.Id.ToString(),
        PaidAt = standing.Payment is { } paid ? Moment.Text(paid.Outcome.AtMicros) : null,
        PaidAmount = standing.Payment?.Outcome.Amount,
        RefundedAmount = standing.Payment?.Outcome.RefundedTotal,
    };

    /// <summary>An order that came into being with a one-step payment: there is nothing but that payment.</summary>
    public static OrderObject Of(Guid id, OrderStatus status, LedgerRecord payment)
    {
        var context = EntryContext.Parse(payment.Context);
        return new OrderObject
        {
            OrderNo = id.ToString("N"),
            Status = status.ToString(),
            MerchantNo = context.Merchant!,
            MerchantOrderNo = context.Order!,
            Amount = payment.Outcome.Amount,
            CreatedAt = Moment.Text(payment.Outcome.AtMicros),
            Scenario = context.Scenario,
            NotifyUrl = context.NotifyUrl,
            Attach = context.Attach,
            PaymentNo = payment.Outcome.Id.ToString(),
            PaidAt = Moment.Text(payment.Outcome.AtMicros),
            PaidAmount = payment.Outcome.Amount,
            RefundedAmount = payment.Outcome.RefundedTotal,
        };
    }
}

/// <summary>How an order stands in the ledger; the payment where it is paid.</summary>
public readonly record struct OrderStanding(OrderStatus Status, LedgerRecord? Payment);
