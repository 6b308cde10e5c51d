using Ecny.Acquiring.Ledger;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Orders;

/// <summary>How orders stand. Asks the ledger every time: it is the only arbiter between a payment, a close and an expiry.</summary>
public sealed class OrderDesk(OrderStore orders, LedgerDesk ledger, TimeProvider clock, IOptions<AcquiringOptions> options)
{
    /// <summary>The acquirer's order as it stands, one that came with a one-step payment too; null when there is none.</summary>
    public async Task<OrderObject?> Find(Guid id, string acquirer, CancellationToken cancel)
    {
        if (await orders.Find(id, cancel) is { } order) return order.Acquirer == acquirer ? OrderObject.Of(order, await Standing(order)) : null;
        return await Paid(new OnceKey(id, OnceKind.Order)) is { } paid && EntryContext.Parse(paid.Context).Acquirer == acquirer
            ? OrderObject.Of(id, StatusOf(paid), paid)
            : null;
    }

    public async Task<OrderStanding> Standing(Order order)
    {
        var claim = await ledger.FindOnce(order.Key);
        if (claim is null && clock.GetUtcNow() > order.ExpiresAt)
        {
            // Late by this clock says nothing about a payment that the ledger took in time: closing it makes it certain.
            await Close(order.Key, order.Acquirer);
            claim = await ledger.FindOnce(order.Key);
        }
        if (claim is null) return new OrderStanding(OrderStatus.WAIT_PAY, null);
        if (claim.Closed) return new OrderStanding(OrderStatus.CLOSED, null);
        var payment = await ledger.Find(claim.ClaimedBy) ?? throw new ApiException(ApiCode.UNAVAILABLE);
        return new OrderStanding(StatusOf(payment), payment);
    }

    /// <summary>The payment that claimed the key, or null while it is open or closed.</summary>
    public async Task<LedgerRecord?> Paid(OnceKey key) =>
        await ledger.FindOnce(key) is { Closed: false } claim ? await ledger.Find(claim.ClaimedBy) : null;

    /// <summary>Closes unless it is paid.</summary>
    /// <exception cref="ApiException">UNAVAILABLE or OVERLOADED: not known; to be repeated.</exception>
    public async Task Close(OnceKey key, string acquirer)
    {
        var number = OrderClosing.NewNumber(key.Value);
        var outcome = await ledger.Decide(new OnceCloseCommand
        {
            Id = TransferId.Of(acquirer, NumberKind.System, number),
            Institution = acquirer,
            Number = number,
            Fingerprint = Hashing.Fingerprint(number),
            NotAfterMicros = Moment.Micros(clock.GetUtcNow() + options.Value.NotAfter),
            TraceParent = Tracing.SampledParent(),
            Context = new EntryContext { Acquirer = acquirer }.ToJson(),
            Key = key,
        });
        if (outcome.Status != OutcomeStatus.Settled) throw Refusals.Of(outcome, _ => (ApiCode.ORDER_UNKNOWN, "orderNo"));
    }

    public static OrderStatus StatusOf(LedgerRecord payment) => StatusOf(payment.Outcome.Amount, payment.Outcome.RefundedTotal);

    /// <summary>Of a paid order; amounts in fen.</summary>
    public static OrderStatus StatusOf(long paid, long refunded) =>
        refunded == 0 ? OrderStatus.SETTLED : refunded < paid ? OrderStatus.PARTIALLY_REFUNDED : OrderStatus.REFUNDED;
}
