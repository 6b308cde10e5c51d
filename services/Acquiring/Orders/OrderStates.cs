using Ecny.Messaging;
using Npgsql;

namespace Ecny.Acquiring.Orders;

/// <summary>Follows the journal with how orders stand, and with totals of payments and refunds. Keeps nothing in memory.</summary>
public sealed class OrderStates : ILedgerConsumer
{
    public const string ConsumerName = "acquiring.orders";

    public string Name => ConsumerName;

    public FailurePolicy Policy => FailurePolicy.Halt;

    public async Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        var batch = new OrderBatch();
        foreach (var entry in entries) batch.Add(entry);
        await using var commands = new NpgsqlBatch(connection, transaction);
        if (batch.Orders.Count > 0) commands.BatchCommands.Add(Merge([.. batch.Orders]));
        if (batch.Strays.Count > 0) commands.BatchCommands.Add(Refund(batch.Strays));
        if (batch.Totals.Count > 0) commands.BatchCommands.Add(Count(batch));
        if (commands.BatchCommands.Count > 0) await commands.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlBatchCommand Merge(OrderChange[] changes) => new("""
        INSERT INTO order_state AS s
            (order_no, acquirer, merchant_no, merchant_order_no, payment, paid_amount, refunded_amount, paid_at, closed_at, shard, seq)
        SELECT *
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::bigint[], $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::int[], $11::bigint[])
        ON CONFLICT (order_no) DO UPDATE
        SET merchant_no = coalesce(s.merchant_no, excluded.merchant_no),
            merchant_order_no = coalesce(s.merchant_order_no, excluded.merchant_order_no),
            payment = coalesce(s.payment, excluded.payment),
            paid_amount = s.paid_amount + excluded.paid_amount,
            refunded_amount = s.refunded_amount + excluded.refunded_amount,
            paid_at = coalesce(s.paid_at, excluded.paid_at),
            closed_at = coalesce(s.closed_at, excluded.closed_at),
            shard = excluded.shard,
            seq = excluded.seq
        """)
    {
        Parameters =
        {
            new() { Value = changes.Select(c => c.Id).ToArray() },
            new() { Value = changes.Select(c => c.Acquirer).ToArray() },
            new() { Value = changes.Select(c => c.MerchantNo).ToArray() },
            new() { Value = changes.Select(c => c.MerchantOrderNo).ToArray() },
            new() { Value = changes.Select(c => c.Payment).ToArray() },
            new() { Value = changes.Select(c => c.Paid).ToArray() },
            new() { Value = changes.Select(c => c.Refunded).ToArray() },
            new() { Value = changes.Select(c => c.PaidAt?.UtcDateTime).ToArray() },
            new() { Value = changes.Select(c => c.ClosedAt?.UtcDateTime).ToArray() },
            new() { Value = changes.Select(c => c.Shard).ToArray() },
            new() { Value = changes.Select(c => c.Seq).ToArray() },
        },
    };

    private static NpgsqlBatchCommand Refund(IReadOnlyDictionary<Guid, long> strays) => new("""
        UPDATE order_state s
        SET refunded_amount = s.refunded_amount + r.amount
        FROM unnest($1::uuid[], $2::bigint[]) AS r (payment, amount)
        WHERE s.payment = r.payment
        """) { Parameters = { new() { Value = strays.Keys.ToArray() }, new() { Value = strays.Values.ToArray() } } };

    private static NpgsqlBatchCommand Count(OrderBatch batch) => new("""
        INSERT INTO acquiring_total AS t (business_date, institution, kind, count, amount)
        SELECT *
        FROM unnest($1::date[], $2::text[], $3::smallint[], $4::bigint[], $5::bigint[])
        ON CONFLICT (business_date, institution, kind) DO UPDATE
        SET count = t.count + excluded.count, amount = t.amount + excluded.amount
        """)
    {
        Parameters =
        {
            new() { Value = batch.Totals.Keys.Select(key => key.Date).ToArray() },
            new() { Value = batch.Totals.Keys.Select(key => key.Institution).ToArray() },
            new() { Value = batch.Totals.Keys.Select(key => (short)key.Kind).ToArray() },
            new() { Value = batch.Totals.Values.Select(total => total.Count).ToArray() },
            new() { Value = batch.Totals.Values.Select(total => total.Amount).ToArray() },
        },
    };
}
