using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;

namespace Ecny.Risk.Orders;

/// <summary><c>/v1/orders-of-law</c>: only public security, only with its own key, and each institution sees its own orders only.</summary>
public static class LawOrderEndpoints
{
    private const string StopPayment = "STOP_PAYMENT";

    public static void MapLawOrders(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/orders-of-law", Order).Allow(Role.PublicSecurity).OwnKeyOnly().Describes<LawOrderRequest, LawOrderView>(201,
            "Stop a wallet's payments for 48 hours. Executed at once where wallet and name token match, else refused; at most twice for a wallet and case. 202 with PROCESSING while the outcome is not known; it is taken up again by itself")
            .WithTags("Orders of law");
        app.MapGet("/v1/orders-of-law", Find).Allow(Role.PublicSecurity).OwnKeyOnly()
            .Describes<LawOrderPage>("The institution's orders, newest first, or one by its requestNo", "requestNo", "walletId", "limit", "cursor").WithTags("Orders of law");
        app.MapGet("/v1/orders-of-law/{orderNo}", Get).Allow(Role.PublicSecurity).OwnKeyOnly().Describes<LawOrderView>("An order and what became of it").WithTags("Orders of law");
    }

    private static async Task Order(HttpContext http, LawOrderStore store, LawOrderExecution execution, TimeProvider time)
    {
        var body = await http.ReadBody(RiskJson.Default.LawOrderRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.OneOf("kind", body.Kind, StopPayment), Field.Id("walletId", body.WalletId), Field.Id("nameToken", body.NameToken),
            Field.OptionalAmount("amount", body.Amount), Field.Id("authority", body.Authority), Field.Id("documentNo", body.DocumentNo));
        var asked = new LawOrder
        {
            Id = Guid.NewGuid(), Institution = http.Caller().Institution, RequestNo = body.RequestNo, Kind = body.Kind, WalletId = body.WalletId, NameToken = body.NameToken, Amount = body.Amount,
            OccurredAt = body.OccurredAt?.UtcDateTime, Authority = body.Authority, DocumentNo = body.DocumentNo, ReceivedAt = time.GetUtcNow().UtcDateTime,
            Fingerprint = Hashing.Fingerprint("order-of-law", body.Kind, body.WalletId, body.NameToken, body.Amount?.ToString(CultureInfo.InvariantCulture),
                body.OccurredAt?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture), body.Authority, body.DocumentNo),
        };
        var (order, known) = await store.Add(asked);
        if (order.Fingerprint != asked.Fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        // Whether the caller still listens or not: what was ordered is carried out.
        if (order.Executed is null) order = await execution.CarryOut(order, CancellationToken.None);
        if (known) http.MarkReplayed();
        var view = order.View(time.GetUtcNow());
        var location = $"/v1/orders-of-law/{view.OrderNo}";
        if (order.Executed is null) await http.WriteProcessing(location, 1, view, RiskJson.Default.LawOrderView);
        else await http.WriteCreated(location, view, RiskJson.Default.LawOrderView);
    }

    private static async Task Get(HttpContext http, LawOrderStore store, TimeProvider time, string orderNo)
    {
        var order = Guid.TryParseExact(orderNo, "N", out var id) ? await store.Get(id) : null;
        if (order?.Institution != http.Caller().Institution) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, order.View(time.GetUtcNow()), RiskJson.Default.LawOrderView);
    }

    private static async Task Find(HttpContext http, LawOrderStore store, TimeProvider time)
    {
        var (institution, now) = (http.Caller().Institution, time.GetUtcNow());
        if (Page.Query(http, "requestNo") is { } requestNo)
        {
            Field.Check(Field.RequestNo("requestNo", requestNo));
            var order = await store.Find(institution, requestNo) ?? throw new ApiException(ApiCode.NOT_FOUND);
            await http.WriteJson(StatusCodes.Status200OK, order.View(now), RiskJson.Default.LawOrderView);
            return;
        }
        var (limit, walletId) = (Page.Limit(http), Page.Query(http, "walletId"));
        Field.Check(Field.OptionalId("walletId", walletId));
        var before = Page.Cursor(http) is not { } cursor ? long.MaxValue
            : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
            : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
        var orders = await store.List(institution, walletId, before, limit);
        await http.WriteJson(StatusCodes.Status200OK, new LawOrderPage
        {
            Items = [.. orders.Select(order => order.View(now))], NextCursor = orders.Count == limit ? Page.Cursor(orders[^1].Number.ToString(CultureInfo.InvariantCulture)) : null,
        }, RiskJson.Default.LawOrderPage);
    }
}
