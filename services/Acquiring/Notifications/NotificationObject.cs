using Npgsql;

namespace Ecny.Acquiring.Notifications;

/// <summary>A notification as its owner sees it: what was told, where, and what came of it.</summary>
public sealed record NotificationObject
{
    /// <summary>In the body too; the same at every attempt.</summary>
    public required string NotificationId { get; init; }
    /// <summary>PAYMENT_SETTLED or REFUND_SETTLED.</summary>
    public required string Type { get; init; }
    /// <summary>PENDING, DELIVERED (answered 2xx) or FAILED (given up after the whole schedule).</summary>
    public required string Status { get; init; }
    public required string Url { get; init; }
    /// <summary>paymentNo or refundId.</summary>
    public required string TransferId { get; init; }
    public string? MerchantNo { get; init; }
    public string? MerchantOrderNo { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public required string BusinessDate { get; init; }
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required string OccurredAt { get; init; }
    public required int Attempts { get; init; }
    public string? LastAttemptAt { get; init; }
    /// <summary>HTTP status of the last attempt; absent when there was no answer.</summary>
    public int? LastStatus { get; init; }
    /// <summary>HTTP_500, TIMEOUT, ConnectionError, ADDRESS_REFUSED, …; BEHIND_… for one that was given up behind another of the same endpoint.</summary>
    public string? LastError { get; init; }
    public int? LastMilliseconds { get; init; }
    /// <summary>Only while PENDING; not before what stands before it at the same endpoint is delivered.</summary>
    public string? NextAttemptAt { get; init; }
    public string? EndedAt { get; init; }

    /// <summary>Columns that <see cref="Read"/> expects, of an alias that has them.</summary>
    internal const string Columns =
        "id, type, url, merchant_no, merchant_order_no, amount, business_date, shard, seq, at, attempts, last_at, last_status, last_error, last_ms";

    /// <param name="row">State, then <see cref="Columns"/>, then when the next attempt is, then when it ended.</param>
    internal static NotificationObject Read(NpgsqlDataReader row)
    {
        var id = row.GetGuid(1).ToString("N");
        return new NotificationObject
        {
            NotificationId = id,
            Status = ((NotificationState)row.GetInt16(0)).ToString(),
            Type = ((NotificationType)row.GetInt16(2)).ToString(),
            Url = row.GetString(3),
            TransferId = id,
            MerchantNo = row.IsDBNull(4) ? null : row.GetString(4),
            MerchantOrderNo = row.IsDBNull(5) ? null : row.GetString(5),
            Amount = row.GetInt64(6),
            BusinessDate = Moment.Text(row.GetFieldValue<DateOnly>(7)),
            Shard = row.GetInt32(8),
            Seq = row.GetInt64(9),
            OccurredAt = Moment.Text(row.GetFieldValue<DateTimeOffset>(10)),
            Attempts = row.GetInt32(11),
            LastAttemptAt = Time(row, 12),
            LastStatus = row.IsDBNull(13) ? null : row.GetInt32(13),
            LastError = row.IsDBNull(14) ? null : row.GetString(14),
            LastMilliseconds = row.IsDBNull(15) ? null : row.GetInt32(15),
            NextAttemptAt = Time(row, 16),
            EndedAt = Time(row, 17),
        };
    }

    private static string? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Moment.Text(row.GetFieldValue<DateTimeOffset>(column));
}
