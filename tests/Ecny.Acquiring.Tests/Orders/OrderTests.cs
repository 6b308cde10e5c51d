using Ecny.Acquiring.Tests.Hosting;
using Xunit;

namespace Ecny.Acquiring.Tests.Orders;

public sealed class OrderTests(SmallCity city)
{
    [Fact]
    public async Task an_order_is_created_once_and_found()
    {
        var merchant = await city.Merchant();
        var body = New(merchant);
        var created = await city.Acquirer.Post("/v1/orders", body);
        Assert.Equal((201, "WAIT_PAY"), (created.Code, created["status"]));
        var again = await city.Acquirer.Post("/v1/orders", body);
        Assert.True(again.Replayed);
        Assert.Equal(created.Body.ToString(), again.Body.ToString());
        Assert.Equal(created.Body.ToString(), (await city.Acquirer.Get($"/v1/orders/{created["orderNo"]}")).Body.ToString());
        Assert.Equal(created.Body.ToString(), (await city.Acquirer.Get($"/v1/orders?merchantNo={merchant.MerchantNo}&merchantOrderNo={body.MerchantOrderNo}")).Body.ToString());
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/orders", body with { Amount = 901 }))["code"]);
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/orders/{created["orderNo"]}")).Code);
        Assert.Equal("MERCHANT_UNKNOWN", (await city.OtherAcquirer.Post("/v1/orders", body))["code"]);
        Assert.Equal(403, (await city.OperatorA.Post("/v1/orders", body)).Code);
    }

    [Fact]
    public async Task the_payers_operator_pays_an_order()
    {
        var merchant = await city.Merchant();
        var order = await Create(merchant);
        var payer = await city.Wallet(2000);
        var body = new { requestNo = SmallCity.No(), walletId = payer };
        var paid = await city.OperatorA.Post($"/v1/orders/{order["orderNo"]}/pay", body);
        Assert.Equal(("SETTLED", 900L, order["orderNo"]), (paid["status"], paid.Number("amount"), paid["orderNo"]));
        var again = await city.OperatorA.Post($"/v1/orders/{order["orderNo"]}/pay", body);
        Assert.True(again.Replayed);
        Assert.Equal(paid.Body.ToString(), again.Body.ToString());
        var read = await city.Acquirer.Get($"/v1/orders/{order["orderNo"]}");
        Assert.Equal(("SETTLED", paid["paymentNo"]), (read["status"], read["paymentNo"]));
        Assert.Equal(1100, await city.Balance(payer));
        Assert.Equal("PAYER_UNKNOWN", (await city.OperatorB.Post($"/v1/orders/{order["orderNo"]}/pay", new { requestNo = SmallCity.No(), walletId = payer }))["code"]);
        Assert.Equal(404, (await city.OperatorA.Post($"/v1/orders/{Guid.NewGuid():N}/pay", body)).Code);
    }

    [Fact]
    public async Task an_order_is_paid_once_whatever_the_method()
    {
        var merchant = await city.Merchant();
        var body = New(merchant);
        var order = await city.Acquirer.Post("/v1/orders", body);
        var payer = await city.Wallet(5000);
        Task<Answer>[] attempts =
        [
            city.OperatorA.Post($"/v1/orders/{order["orderNo"]}/pay", new { requestNo = SmallCity.No(), walletId = payer }),
            city.OperatorA.Post("/v1/payments", new { requestNo = SmallCity.No(), amount = 900, method = "STATIC_CODE", payer = new { walletId = payer }, codeContent = order["codeContent"] }),
            city.Acquirer.Post("/v1/payments", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, merchantOrderNo = body.MerchantOrderNo, amount = 900, method = "PAY_CODE", payer = new { payCode = city.PayCode(payer) } }),
        ];
        var answers = await Task.WhenAll(attempts);
        Assert.Single(answers, answer => answer["status"] == "SETTLED");
        Assert.Equal(2, answers.Count(answer => answer["declineCode"] == "ALREADY_PAID"));
        Assert.Equal(4100, await city.Balance(payer));
        Assert.Equal(900, await city.Balance(merchant.Wallet));
    }

    [Fact]
    public async Task an_orders_amount_is_the_one_to_pay()
    {
        var merchant = await city.Merchant();
        var body = New(merchant);
        await city.Acquirer.Post("/v1/orders", body);
        var other = await city.Acquirer.Post("/v1/payments", new
        {
            requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, merchantOrderNo = body.MerchantOrderNo, amount = 899, method = "PAY_CODE", payer = new { payCode = city.PayCode(await city.Wallet(5000)) },
        });
        Assert.Equal((422, "amount", "ORDER_AMOUNT_DIFFERS"), (other.Code, other.Error.Field, other.Error.Code));
    }

    [Fact]
    public async Task a_one_step_payment_makes_an_order()
    {
        var merchant = await city.Merchant();
        var merchantOrderNo = SmallCity.No();
        var payment = await city.Acquirer.Post("/v1/payments", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, merchantOrderNo, amount = 10, method = "PAY_CODE", payer = new { payCode = city.PayCode(await city.Wallet(20)) } });
        var order = await city.Acquirer.Get($"/v1/orders?merchantNo={merchant.MerchantNo}&merchantOrderNo={merchantOrderNo}");
        Assert.Equal((200, "SETTLED", payment["paymentNo"]), (order.Code, order["status"], order["paymentNo"]));
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/orders/{order["orderNo"]}")).Code);
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/orders", New(merchant) with { MerchantOrderNo = merchantOrderNo }))["code"]);
    }

    [Fact]
    public async Task a_closed_order_cannot_be_paid()
    {
        var order = await Create(await city.Merchant());
        var closed = await city.Acquirer.Post($"/v1/orders/{order["orderNo"]}/close", new { });
        Assert.Equal((200, "CLOSED"), (closed.Code, closed["status"]));
        Assert.Equal("CLOSED", (await city.Acquirer.Post($"/v1/orders/{order["orderNo"]}/close", new { }))["status"]);
        Assert.Equal("ORDER_CLOSED", (await Pay(order, await city.Wallet(1000)))["declineCode"]);
        Assert.Equal(404, (await city.OtherAcquirer.Post($"/v1/orders/{order["orderNo"]}/close", new { })).Code);
    }

    [Fact]
    public async Task close_and_payment_agree_on_who_was_first()
    {
        for (var round = 0; round < 8; round++)
        {
            var order = await Create(await city.Merchant());
            var payer = await city.Wallet(1000);
            var paying = Pay(order, payer);
            var closing = city.Acquirer.Post($"/v1/orders/{order["orderNo"]}/close", new { });
            var (paid, closed) = (await paying, await closing);
            Assert.Equal(paid["status"] == "SETTLED" ? "SETTLED" : "CLOSED", closed["status"]);
            Assert.Equal(closed["status"], (await city.Acquirer.Get($"/v1/orders/{order["orderNo"]}"))["status"]);
            Assert.Equal(paid["status"] == "SETTLED" ? 100 : 1000, await city.Balance(payer));
        }
    }

    [Fact]
    public async Task an_order_that_is_over_is_closed_for_good()
    {
        var merchant = await city.Merchant();
        var body = New(merchant);
        var tooShort = await city.Acquirer.Post("/v1/orders", body with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(30).ToString("O") });
        Assert.Equal((400, "expiresAt"), (tooShort.Code, tooShort.Error.Field));
        var order = await city.Acquirer.Post("/v1/orders", body);
        await city.ExpireOrder(order["orderNo"]!);
        await using var afterwards = await city.Replica();
        var there = city.AcquirerAt(afterwards);
        Assert.Equal("CLOSED", (await there.Get($"/v1/orders/{order["orderNo"]}"))["status"]);
        Assert.Equal("ORDER_CLOSED", (await Pay(order, await city.Wallet(1000)))["declineCode"]);
    }

    [Fact]
    public async Task cancel_closes_what_is_unpaid_and_refunds_what_is_paid()
    {
        var merchant = await city.Merchant();
        var unpaid = await Create(merchant);
        Assert.Equal("CLOSED", (await city.Acquirer.Post($"/v1/orders/{unpaid["orderNo"]}/cancel", new { requestNo = SmallCity.No() }))["status"]);

        var order = await Create(merchant);
        var payer = await city.Wallet(1000);
        var paid = await Pay(order, payer);
        await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 100 });
        Assert.Equal("PARTIALLY_REFUNDED", (await city.Acquirer.Get($"/v1/orders/{order["orderNo"]}"))["status"]);
        var body = new { requestNo = SmallCity.No() };
        var cancelled = await city.Acquirer.Post($"/v1/orders/{order["orderNo"]}/cancel", body);
        Assert.Equal(("REFUNDED", 900L), (cancelled["status"], cancelled.Number("refundedAmount")));
        Assert.Equal("REFUNDED", (await city.Acquirer.Post($"/v1/orders/{order["orderNo"]}/cancel", body))["status"]);
        Assert.Equal(1000, await city.Balance(payer));
    }

    internal sealed record NewOrder(string MerchantNo, string MerchantOrderNo, long Amount, string Subject, string? ExpiresAt = null);

    private static NewOrder New(TestMerchant merchant) => new(merchant.MerchantNo, SmallCity.No(), 900, "牛肉面 <大>", DateTimeOffset.UtcNow.AddMinutes(5).ToString("O"));

    private Task<Answer> Create(TestMerchant merchant) => city.Acquirer.Post("/v1/orders", New(merchant));

    private Task<Answer> Pay(Answer order, string wallet) => city.OperatorA.Post($"/v1/orders/{order["orderNo"]}/pay", new { requestNo = SmallCity.No(), walletId = wallet });
}
