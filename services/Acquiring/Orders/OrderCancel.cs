using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Payments;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Orders;

/// <summary>
/// Cancel of an order (撤销): first closed, so that nothing can be paid any more; if the ledger says that it was paid before, what is left of that
/// payment is refunded under the caller's number. Each step may be repeated, so may the whole.
/// </summary>
public static class OrderCancel
{
    public static async Task Cancel(string orderNo, HttpContext http, OrderDesk desk, LedgerDesk ledger, TimeProvider clock, IOptions<AcquiringOptions> options)
    {
        var body = await http.ReadBody(AcquiringJson.Default.OrderCancelRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo));
        var (id, acquirer) = (OrderEndpoints.Parse(orderNo), http.Caller().Institution);
        var order = await desk.Find(id, acquirer, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        if (order.Status == nameof(OrderStatus.WAIT_PAY))
        {
            await desk.Close(new OnceKey(id, OnceKind.Order), acquirer);
            order = await desk.Find(id, acquirer, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        }
        if (order.PaymentNo is not null && order.Status != nameof(OrderStatus.REFUNDED))
        {
            var declined = await Refund(order, body.RequestNo, acquirer, http, ledger, clock, options.Value);
            order = await desk.Find(id, acquirer, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
            order = order with { DeclineCode = declined };
        }
        await http.WriteJson(200, order, AcquiringJson.Default.OrderObject);
    }

    /// <summary>The code with which the ledger declined the refund, or null.</summary>
    private static async Task<string?> Refund(OrderObject order, string requestNo, string acquirer, HttpContext http, LedgerDesk ledger, TimeProvider clock, AcquiringOptions options)
    {
        if (!TransferId.TryParse(order.PaymentNo, out var paymentId)) throw new InvalidOperationException($"Order {order.OrderNo} is paid by something without a number.");
        var payment = await ledger.Find(paymentId) ?? throw new ApiException(ApiCode.UNAVAILABLE);
        var outcome = await ledger.Decide(new CancelCommand
        {
            Id = TransferId.Of(acquirer, NumberKind.Cancel, requestNo),
            Institution = acquirer,
            Number = requestNo,
            Fingerprint = Hashing.Fingerprint($"/v1/orders/{order.OrderNo}/cancel"),
            NotAfterMicros = Moment.Micros(clock.GetUtcNow() + options.NotAfter),
            Context = Undoing.Context(payment, paymentId, acquirer, reason: null).ToJson(),
            TraceParent = Tracing.SampledParent(),
            Original = paymentId,
            OriginalNumber = payment.Number,
        });
        if (outcome.Replayed) http.MarkReplayed();
        if (outcome.Status == OutcomeStatus.Declined) return outcome.Code.ToString();
        return outcome.Status == OutcomeStatus.Settled ? null : throw Refusals.Of(outcome, _ => (ApiCode.ORDER_UNKNOWN, "orderNo"));
    }
}
