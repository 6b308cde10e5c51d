using System.Globalization;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Payments;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Orders;

/// <summary>Orders (订单): created by the acquirer, paid once by whatever method, closed or refunded.</summary>
public static class OrderEndpoints
{
    /// <summary>The year 9999: later is no time.</summary>
    private const long MaxMicros = 253_370_764_800_000_000;

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/orders").WithTags("Orders");
        group.MapPost("", Create).Allow(Role.Acquirer)
            .Describes<OrderRequest, OrderObject>(201, "Create an order");
        group.MapGet("", FindOrList).Allow(Role.Acquirer)
            .Describes<ListPage<OrderObject>>("List a merchant's orders as the journal has them, or find one as it stands by &merchantOrderNo=", "merchantNo!", "merchantOrderNo", "limit", "cursor");
        group.MapGet("/{orderNo}", Get).Allow(Role.Acquirer)
            .Describes<OrderObject>("Read an order");
        group.MapPost("/{orderNo}/pay", Pay).Allow(Role.Operator)
            .Describes<OrderPayRequest, PaymentObject>(200, "Pay an order from a wallet of the caller");
        group.MapPost("/{orderNo}/close", Close).Allow(Role.Acquirer)
            .Describes<OrderCloseRequest, OrderObject>(200, "Close an order, unless it is paid: then the paid order is the answer");
        group.MapPost("/{orderNo}/cancel", OrderCancel.Cancel).Allow(Role.Acquirer)
            .Describes<OrderCancelRequest, OrderObject>(200, "Cancel an order: close it if unpaid, refund what is left if paid");
    }

    private static async Task Create(HttpContext http, OrderCreation creation)
    {
        var body = await http.ReadBody(AcquiringJson.Default.OrderRequest);
        var (order, replayed) = await creation.Create(http.Caller().Institution, body, http.RequestAborted);
        if (replayed) http.MarkReplayed();
        await http.WriteCreated($"/v1/orders/{order.OrderNo}", order, AcquiringJson.Default.OrderObject);
    }

    private static Task Get(string orderNo, HttpContext http, OrderDesk desk) => Show(http, desk, Parse(orderNo));

    private static async Task FindOrList(HttpContext http, OrderDesk desk, OrderList list)
    {
        var (acquirer, merchantNo) = (http.Caller().Institution, Query.Number(http, "merchantNo"));
        if (http.Request.Query.ContainsKey("merchantOrderNo"))
        {
            await Show(http, desk, OnceKey.Order(acquirer, merchantNo, Query.Number(http, "merchantOrderNo")).Value);
            return;
        }
        var limit = Page.Limit(http);
        var found = await list.Read(acquirer, merchantNo, After(http), limit + 1, http.RequestAborted);
        var next = found.Count > limit ? Page.Cursor(found[limit - 1].ListKey) : null;
        await http.WriteJson(200, new ListPage<OrderObject>([.. found.Take(limit)], next), AcquiringJson.Default.ListPageOrderObject);
    }

    private static (DateTimeOffset At, Guid Id)? After(HttpContext http)
    {
        if (Page.Cursor(http) is not { } key) return null;
        var parts = key.Split(' ');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var micros) && micros < MaxMicros && Guid.TryParseExact(parts[1], "N", out var id)
            ? (Moment.Of(micros), id)
            : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
    }

    private static async Task Pay(string orderNo, HttpContext http, OrderStore orders, PaymentIntake intake, PaymentDesk desk)
    {
        var body = await http.ReadBody(AcquiringJson.Default.OrderPayRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("walletId", body.WalletId));
        var order = await orders.Find(Parse(orderNo), http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await desk.Answer(http, await intake.Prepare(http.Caller(), order, body.RequestNo, body.WalletId, http.RequestAborted));
    }

    private static async Task Close(string orderNo, HttpContext http, OrderDesk desk)
    {
        await http.ReadBody(AcquiringJson.Default.OrderCloseRequest);
        var (id, acquirer) = (Parse(orderNo), http.Caller().Institution);
        var order = await desk.Find(id, acquirer, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        if (order.Status == nameof(OrderStatus.WAIT_PAY))
        {
            await desk.Close(new OnceKey(id, OnceKind.Order), acquirer);
            order = await desk.Find(id, acquirer, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        }
        await http.WriteJson(200, order, AcquiringJson.Default.OrderObject);
    }

    private static async Task Show(HttpContext http, OrderDesk desk, Guid id)
    {
        var order = await desk.Find(id, http.Caller().Institution, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(200, order, AcquiringJson.Default.OrderObject);
    }

    /// <exception cref="ApiException">NOT_FOUND: no order has such a number.</exception>
    public static Guid Parse(string orderNo) => Guid.TryParseExact(orderNo, "N", out var id) ? id : throw new ApiException(ApiCode.NOT_FOUND);
}
