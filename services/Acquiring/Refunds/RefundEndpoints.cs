using System.Globalization;
using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Payments;
using Ecny.Acquiring.Resolution;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Refunds;

/// <summary>Refunds (退款) of the acquirer's own payments. How much is left to refund only the ledger knows.</summary>
public static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/refunds").WithTags("Refunds");
        group.MapPost("", Refund).Allow(Role.Acquirer)
            .Describes<RefundRequest, RefundObject>(200, "Refund a payment in part or in full");
        group.MapGet("", FindByNumber).Allow(Role.Acquirer).Describes<RefundObject>("Find a refund by ?refundNo=", "refundNo!");
        group.MapGet("/{refundId}", Get).Allow(Role.Acquirer).Describes<RefundObject>("Read a refund");
    }

    private static async Task Refund(HttpContext http, LedgerDesk ledger, UnresolvedStore unresolved, TimeProvider clock, IOptions<AcquiringOptions> options)
    {
        var body = await http.ReadBody(AcquiringJson.Default.RefundRequest);
        Field.Check(
            Field.RequestNo("refundNo", body.RefundNo),
            Field.Id("paymentNo", body.PaymentNo),
            Field.Amount("amount", body.Amount),
            Field.OptionalText("reason", body.Reason, 128));
        var caller = http.Caller().Institution;
        var payment = TransferId.TryParse(body.PaymentNo, out var paymentId) ? await ledger.Find(paymentId) : null;
        if (payment is null || !IsRefundable(payment, caller)) throw new ApiException(ApiCode.PAYMENT_UNKNOWN, "paymentNo");
        var context = Undoing.Context(payment, paymentId, caller, body.Reason);
        var command = new RefundCommand
        {
            Id = TransferId.Of(caller, NumberKind.Refund, body.RefundNo),
            Institution = caller,
            Number = body.RefundNo,
            Fingerprint = Hashing.Fingerprint("/v1/refunds", paymentId.ToString(), body.Amount.ToString(CultureInfo.InvariantCulture), body.Reason),
            NotAfterMicros = Moment.Micros(clock.GetUtcNow() + options.Value.NotAfter),
            Context = context.ToJson(),
            TraceParent = Tracing.SampledParent(),
            Payment = paymentId,
            Amount = body.Amount,
        };
        var outcome = await ledger.Decide(command);
        switch (outcome.Status)
        {
            case OutcomeStatus.Settled or OutcomeStatus.Declined:
                if (outcome.Replayed) http.MarkReplayed();
                await http.WriteJson(200, RefundObject.Of(outcome, body.RefundNo, context), AcquiringJson.Default.RefundObject);
                return;
            case OutcomeStatus.Processing:
                await unresolved.Remember(Attempt.Of(command, EntryKind.Refund, body.Amount));
                await Processing(http, RefundObject.Pending(command.Id, body.RefundNo, body.Amount, context));
                return;
            default:
                throw Refusals.Of(outcome, _ => (ApiCode.PAYMENT_UNKNOWN, "paymentNo"));
        }
    }

    private static Task Get(string refundId, HttpContext http, PaymentDesk desk) =>
        TransferId.TryParse(refundId, out var id) ? Show(http, desk, id) : throw new ApiException(ApiCode.NOT_FOUND);

    private static Task FindByNumber(HttpContext http, PaymentDesk desk) =>
        Show(http, desk, TransferId.Of(http.Caller().Institution, NumberKind.Refund, Query.Number(http, "refundNo")));

    private static async Task Show(HttpContext http, PaymentDesk desk, TransferId id)
    {
        var (known, open) = await desk.Record(id, http.RequestAborted);
        var caller = http.Caller().Institution;
        if (known is not null && known.Institution == caller && TransferId.Of(caller, NumberKind.Refund, known.Number) == id)
            await http.WriteJson(200, RefundObject.Of(known), AcquiringJson.Default.RefundObject);
        else if (open is { Kind: EntryKind.Refund } && open.Institution == caller)
            await Processing(http, RefundObject.Pending(id, open.Number, open.Amount, EntryContext.Parse(open.Context)));
        else
            throw new ApiException(ApiCode.NOT_FOUND);
    }

    private static Task Processing(HttpContext http, RefundObject refund) =>
        http.WriteProcessing($"/v1/refunds/{refund.RefundId}", 1, refund, AcquiringJson.Default.RefundObject);

    private static bool IsRefundable(LedgerRecord payment, string acquirer) =>
        payment.Outcome is { Status: OutcomeStatus.Settled, Kind: EntryKind.Payment or EntryKind.HoldPost } && EntryContext.Parse(payment.Context).Acquirer == acquirer;
}
