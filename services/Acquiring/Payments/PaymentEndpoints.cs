using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Payments;

/// <summary>One-step payments (支付) and questions about them.</summary>
public static class PaymentEndpoints
{
    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/payments").WithTags("Payments");
        var intake = app.ServiceProvider.GetRequiredService<PaymentIntake>();
        var desk = app.ServiceProvider.GetRequiredService<PaymentDesk>();
        // The hot path: a plain delegate, because binding parameters costs as much as the rest of it.
        group.MapPost("", (RequestDelegate)(http => Pay(http, intake, desk))).Allow(Role.Acquirer, Role.Operator)
            .Describes<PaymentRequest, PaymentObject>(200, "Pay in one step. PAY_CODE and TOKEN are sent by the ACQUIRER, STATIC_CODE by the payer's OPERATOR with codeContent in place of the merchant's fields. 200 SETTLED or DECLINED is final; 202 PROCESSING is decided within 30 s.");
        group.MapPost("/cancel", CancelEndpoint.Cancel).Allow(Role.Acquirer)
            .Describes<CancelRequest, CancelObject>(200, "Cancel a payment by its number. Refunds it in full if it settled (REFUNDED); keeps it from ever settling if it has not (CANCELLED).");
        group.MapGet("", FindByNumber).Allow(Role.Acquirer, Role.Operator)
            .Describes<PaymentObject>("Find a payment by ?requestNo=", "requestNo!");
        group.MapGet("/{paymentNo}", Get).Allow(Role.Acquirer, Role.Operator)
            .Describes<PaymentObject>("Read a payment");
    }

    private static async Task Pay(HttpContext http, PaymentIntake intake, PaymentDesk desk)
    {
        var request = await http.ReadBody(AcquiringJson.Default.PaymentRequest);
        await desk.Answer(http, await intake.Prepare(http.Caller(), request, http.RequestAborted));
    }

    private static Task Get(string paymentNo, HttpContext http, PaymentDesk desk) =>
        TransferId.TryParse(paymentNo, out var id) ? Show(http, desk, id) : throw new ApiException(ApiCode.NOT_FOUND);

    private static Task FindByNumber(HttpContext http, PaymentDesk desk) =>
        Show(http, desk, TransferId.Of(http.Caller().Institution, NumberKind.Payment, Query.Number(http, "requestNo")));

    private static async Task Show(HttpContext http, PaymentDesk desk, TransferId id)
    {
        var payment = await desk.Find(id, http.Caller().Institution, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        if (payment.Status == "PROCESSING") await PaymentDesk.Processing(http, payment);
        else await http.WriteJson(200, payment, AcquiringJson.Default.PaymentObject);
    }
}
