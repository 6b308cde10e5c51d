using System.Globalization;
using Npgsql;

namespace Ecny.Acquiring.Orders;

/// <summary>
/// A merchant's orders in the order in which they were made, as the journal has them: those that were created, and those that came with a one-step payment
/// (made when it was paid). An unpaid order is CLOSED once the journal is read past its expiry: no payment can come any more.
/// </summary>
public sealed class OrderList(NpgsqlDataSource db)
{
    /// <param name="after">Time and number of the last order of the page before; null at the beginning.</param>
    /// <returns>At most <paramref name="limit"/>. The newest second is left out: what is being written now may still come in any order.</returns>
    public async Task<List<OrderObject>> Read(string acquirer, string merchantNo, (DateTimeOffset At, Guid Id)? after, int limit, CancellationToken cancel)
    {
        // The second part is bounded by the end of the first: else, for a merchant whose orders are all created ones, it would look through every paid order.
        await using var command = db.CreateCommand("""
            WITH created AS (
                SELECT order_no, created_at AS made_at, merchant_order_no, amount, subject, scenario, notify_url, attach, expires_at
                FROM merchant_order
                WHERE merchant_no = $1 AND acquirer = $2 AND (created_at, order_no) > ($3, $4) AND created_at < now() - interval '1 second'
                ORDER BY created_at, order_no
                LIMIT $5
            ), bound AS (
                SELECT CASE WHEN count(*) = $5 THEN max(made_at) ELSE 'infinity' END AS at
                FROM created
            ), single AS (
                SELECT order_no, paid_at AS made_at, merchant_order_no, paid_amount AS amount
                FROM order_state s
                WHERE merchant_no = $1 AND acquirer = $2 AND payment IS NOT NULL AND (paid_at, order_no) > ($3, $4)
                  AND paid_at <= (SELECT at FROM bound) AND paid_at < now() - interval '1 second'
                  AND NOT EXISTS (SELECT FROM merchant_order o WHERE o.order_no = s.order_no)
                ORDER BY paid_at, order_no
                LIMIT $5
            ), page AS (
                SELECT order_no, made_at, merchant_order_no, amount, subject, scenario, notify_url, attach, expires_at FROM created
                UNION ALL
                SELECT order_no, made_at, merchant_order_no, amount, NULL, NULL, NULL, NULL, NULL FROM single
                ORDER BY made_at, order_no
                LIMIT $5
            )
            SELECT p.order_no, p.made_at, p.merchant_order_no, p.amount, p.subject, p.scenario, p.notify_url, p.attach, p.expires_at,
                   s.payment, s.paid_amount, s.refunded_amount, s.paid_at,
                   s.closed_at IS NOT NULL OR p.expires_at < (SELECT min(entry_at) FROM messaging.cursor WHERE consumer = $6)
            FROM page p
            LEFT JOIN order_state s ON s.order_no = p.order_no
            ORDER BY p.made_at, p.order_no
            """);
        command.Parameters.AddWithValue(merchantNo);
        command.Parameters.AddWithValue(acquirer);
        command.Parameters.AddWithValue(after?.At.UtcDateTime ?? DateTime.UnixEpoch);
        command.Parameters.AddWithValue(after?.Id ?? Guid.Empty);
        command.Parameters.AddWithValue(limit);
        command.Parameters.AddWithValue(OrderStates.ConsumerName);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var orders = new List<OrderObject>();
        while (await reader.ReadAsync(cancel)) orders.Add(Read(reader, merchantNo));
        return orders;
    }

    private static OrderObject Read(NpgsqlDataReader row, string merchantNo)
    {
        var id = row.GetGuid(0);
        var created = !row.IsDBNull(8);
        var paid = !row.IsDBNull(9);
        return new OrderObject
        {
            OrderNo = id.ToString("N"),
            ListKey = string.Create(CultureInfo.InvariantCulture, $"{Moment.Micros(row.GetFieldValue<DateTimeOffset>(1))} {id:N}"),
            Status = (paid ? OrderDesk.StatusOf(row.GetInt64(10), row.GetInt64(11)) : !row.IsDBNull(13) && row.GetBoolean(13) ? OrderStatus.CLOSED : OrderStatus.WAIT_PAY).ToString(),
            MerchantNo = merchantNo,
            MerchantOrderNo = row.GetString(2),
            Amount = row.GetInt64(3),
            Subject = Text(row, 4),
            CodeContent = created ? Codes.CodeContent.Of(Codes.CodeKind.Order, id.ToString("N")) : null,
            ExpiresAt = created ? Moment.Text(row.GetFieldValue<DateTimeOffset>(8)) : null,
            CreatedAt = Moment.Text(row.GetFieldValue<DateTimeOffset>(1)),
            Scenario = Text(row, 5),
            NotifyUrl = Text(row, 6),
            Attach = Text(row, 7),
            PaymentNo = paid ? row.GetGuid(9).ToString("N") : null,
            PaidAt = paid ? Moment.Text(row.GetFieldValue<DateTimeOffset>(12)) : null,
            PaidAmount = paid ? row.GetInt64(10) : null,
            RefundedAmount = paid ? row.GetInt64(11) : null,
        };
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
