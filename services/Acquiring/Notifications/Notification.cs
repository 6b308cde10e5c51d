using Ecny.Acquiring.Payments;
using Ecny.Acquiring.Refunds;

namespace Ecny.Acquiring.Notifications;

/// <summary>What is told. Stored as a number: never renumber.</summary>
public enum NotificationType : short
{
    PAYMENT_SETTLED = 1,
    REFUND_SETTLED = 2,
}

/// <summary>What became of it so far. Stored as a number: never renumber.</summary>
public enum NotificationState : short
{
    /// <summary>Will be tried, or tried again.</summary>
    PENDING = 1,
    /// <summary>Answered with 2xx.</summary>
    DELIVERED = 2,
    /// <summary>Given up; a replay begins anew.</summary>
    FAILED = 3,
}

/// <summary>Something to be told to an institution. (Shard, Seq) is the entry that it tells of; amount in fen.</summary>
/// <param name="Id">The transfer: the same at every attempt, so that a receiver can drop what it has.</param>
public sealed record Notification(
    Guid Id, string Owner, string Url, NotificationType Type, string? MerchantNo, string? MerchantOrderNo, int Shard, long Seq, DateOnly BusinessDate, long Amount, DateTimeOffset At, byte[] Body)
{
    /// <summary>Its queue: the address without query, because a query often names the order.</summary>
    public string Endpoint => Url.IndexOfAny(['?', '#']) is >= 0 and var end ? Url[..end] : Url;
}

/// <summary>Body of a notification of a payment.</summary>
/// <param name="NotificationId">The same at every attempt.</param>
/// <param name="OccurredAt">Moment of finality (UTC+8).</param>
/// <param name="Data">The payment as it stood then.</param>
public sealed record PaymentNotification(string NotificationId, string Type, string OccurredAt, PaymentObject Data);

/// <summary>Body of a notification of a refund.</summary>
/// <param name="NotificationId">The same at every attempt.</param>
/// <param name="OccurredAt">Moment of finality (UTC+8).</param>
/// <param name="Data">The refund as it stood then.</param>
public sealed record RefundNotification(string NotificationId, string Type, string OccurredAt, RefundObject Data);
