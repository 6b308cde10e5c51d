using Ecny.Contracts.Ledger;
using Ecny.Messaging;

namespace Ecny.Acquiring.Orders;

/// <summary>
/// Consecutive entries folded into what they change. Everything adds up or is set once, so that the tables after a journal are the same however it was cut
/// into batches, in the middle of a transfer's legs too.
/// </summary>
internal sealed class OrderBatch
{
    private readonly Dictionary<Guid, OrderChange> orders = [];
    private readonly Dictionary<Guid, long> strays = [];
    private readonly Dictionary<(DateOnly Date, string Institution, EntryKind Kind), (long Count, long Amount)> totals = [];

    public IReadOnlyCollection<OrderChange> Orders => orders.Values;

    /// <summary>
    /// Refunds whose entry does not say where the payment was made, by payment: a cancel that came before the payment was known, and found it settled.
    /// </summary>
    public IReadOnlyDictionary<Guid, long> Strays => strays;

    public IReadOnlyDictionary<(DateOnly Date, string Institution, EntryKind Kind), (long Count, long Amount)> Totals => totals;

    /// <exception cref="OverflowException">A sum is no longer a number of fen that fits.</exception>
    public void Add(LedgerEntryFact entry)
    {
        if (!entry.Settled) return;
        switch (entry.Kind)
        {
            case EntryKind.Payment:
                Count(entry);
                if (Named(entry) is { } paid)
                {
                    paid.Payment ??= entry.Transfer.Value;
                    paid.PaidAt ??= entry.At;
                    paid.Paid = checked(paid.Paid + entry.Amount);
                }
                break;
            case EntryKind.Refund:
                Count(entry);
                if (Named(entry) is { } refunded) refunded.Refunded = checked(refunded.Refunded + entry.Amount);
                else if (entry.Context.Merchant is null && entry.Original is { } original) strays[original.Value] = checked(strays.GetValueOrDefault(original.Value) + entry.Amount);
                break;
            case EntryKind.OnceClose when OrderClosing.TryReadOrder(entry.Number, out var id):
                ChangeOf(entry, id, entry.Institution).ClosedAt ??= entry.At;
                break;
        }
    }

    /// <summary>A transfer of several legs counts once, with the sum of its legs.</summary>
    private void Count(LedgerEntryFact entry)
    {
        var key = (entry.BusinessDate, entry.Institution, entry.Kind);
        var (count, amount) = totals.GetValueOrDefault(key);
        totals[key] = (count + (entry.Leg == 0 ? 1 : 0), checked(amount + entry.Amount));
    }

    /// <summary>Null: it belongs to no order.</summary>
    private OrderChange? Named(LedgerEntryFact entry)
    {
        if (entry.Context is not { Acquirer: { } acquirer, Merchant: { } merchant, Order: { } order }) return null;
        var change = ChangeOf(entry, OnceKey.Order(acquirer, merchant, order).Value, acquirer);
        (change.MerchantNo, change.MerchantOrderNo) = (merchant, order);
        return change;
    }

    private OrderChange ChangeOf(LedgerEntryFact entry, Guid id, string acquirer)
    {
        if (!orders.TryGetValue(id, out var change)) orders[id] = change = new OrderChange(id, acquirer);
        (change.Shard, change.Seq) = (entry.Shard, entry.Seq);
        return change;
    }
}
