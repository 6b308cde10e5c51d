using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecny.Acquiring.Payments;
using Ecny.Acquiring.Refunds;
using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.ServiceDefaults.Json;

namespace Ecny.Acquiring.Notifications;

/// <summary>Makes notifications of journal entries, from what they carry and nothing else: the same entries always give the same bytes.</summary>
internal static class NotificationMaker
{
    /// <summary>Null: nobody asked to be told, or there is nothing to tell.</summary>
    /// <param name="legs">All legs of one transfer that are at hand, in order.</param>
    public static Notification? Make(IReadOnlyList<LedgerEntryFact> legs)
    {
        var entry = legs[0];
        if (!entry.Settled || entry.Leg != 0 || entry.Context.NotifyUrl is not { } url || OwnerOf(entry) is not { } owner) return null;
        var amount = legs.Sum(leg => leg.Amount);
        (NotificationType Type, byte[] Body)? told = entry.Kind switch
        {
            EntryKind.Payment => (NotificationType.PAYMENT_SETTLED, Payment(entry, legs, amount)),
            EntryKind.Refund => (NotificationType.REFUND_SETTLED, Refund(entry, amount)),
            _ => null,
        };
        return told is var (type, body)
            ? new Notification(entry.Transfer.Value, owner, url, type, entry.Context.Merchant, entry.Context.Order, entry.Shard, entry.Seq, entry.BusinessDate, amount, entry.At, body)
            : null;
    }

    /// <summary>Who gave the address: for a scanned static code the payer's operator, else the acquirer.</summary>
    private static string? OwnerOf(LedgerEntryFact entry) =>
        entry.Context is { Method: nameof(PaymentMethod.STATIC_CODE), Order: null } && entry.Kind == EntryKind.Payment ? entry.Institution : entry.Context.Acquirer;

    private static byte[] Payment(LedgerEntryFact entry, IReadOnlyList<LedgerEntryFact> legs, long amount)
    {
        var payment = PaymentObject.Pending(entry.Transfer, entry.Number, amount, ContextOf(entry)) with
        {
            Status = "SETTLED",
            PaidAt = Moment.Text(entry.At),
            BusinessDate = Moment.Text(entry.BusinessDate),
            Shard = entry.Shard,
            Seq = entry.Seq,
            Parts = [.. legs.Select(leg => leg.Debit.Bucket == BucketId.Available ? new PartObject("AVAILABLE", null, leg.Amount) : new PartObject("CONTRACT", $"{leg.Debit.Bucket}", leg.Amount))],
            RefundedAmount = 0,
        };
        return Bytes(
            new PaymentNotification(payment.PaymentNo, nameof(NotificationType.PAYMENT_SETTLED), Moment.Text(entry.At), payment), AcquiringJson.Default.PaymentNotification);
    }

    private static byte[] Refund(LedgerEntryFact entry, long amount)
    {
        var refund = RefundObject.Pending(entry.Transfer, entry.Number, amount, ContextOf(entry)) with
        {
            Status = "SETTLED",
            RefundedAt = Moment.Text(entry.At),
            BusinessDate = Moment.Text(entry.BusinessDate),
            Shard = entry.Shard,
            Seq = entry.Seq,
        };
        return Bytes(
            new RefundNotification(refund.RefundId, nameof(NotificationType.REFUND_SETTLED), Moment.Text(entry.At), refund), AcquiringJson.Default.RefundNotification);
    }

    /// <summary>As answers are written: what is told is byte for byte what a question would be answered.</summary>
    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = StrictJson.Encoder })) JsonSerializer.Serialize(writer, value, type);
        return buffer.WrittenSpan.ToArray();
    }

    private static EntryContext ContextOf(LedgerEntryFact entry) => new()
    {
        Scenario = entry.Context.Scenario,
        Method = entry.Context.Method,
        Acquirer = entry.Context.Acquirer,
        Merchant = entry.Context.Merchant,
        Store = entry.Context.Store,
        Terminal = entry.Context.Terminal,
        Channel = entry.Context.Channel,
        Order = entry.Context.Order,
        Original = entry.Original?.ToString(),
        NotifyUrl = entry.Context.NotifyUrl,
        Attach = entry.Context.Attach,
        Reason = entry.Context.Reason,
    };
}
