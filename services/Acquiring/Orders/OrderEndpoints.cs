using Ecny.Acquiring.Payments;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Orders;

/// <summary>Orders (订单): created by the acquirer, paid once by whatever method, closed or refunded.</summary>
public static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/orders").WithTags("Orders");
        group.MapPost("", Create).Allow(Role.Acquirer)
            .Describes<OrderRequest, OrderObject>(201, "Create an order");
        group.MapGet("", FindByNumber).Allow(Role.Acquirer)
            .Describes<OrderObject>("Find an order by ?merchantNo= and &merchantOrderNo=", "merchantNo!", "merchantOrderNo!");
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

    private static Task FindByNumber(HttpContext http, OrderDesk desk) =>
        Show(http, desk, OnceKey.Order(http.Caller().Institution, Query.Number(http, "merchantNo"), Query.Number(http, "merchantOrderNo")).Value);

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
