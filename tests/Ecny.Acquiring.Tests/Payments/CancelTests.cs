using Ecny.Acquiring.Tests.Hosting;
using Xunit;

namespace Ecny.Acquiring.Tests.Payments;

public sealed class CancelTests(SmallCity city)
{
    [Fact]
    public async Task a_settled_payment_is_refunded_in_full()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(500);
        var paid = await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(merchant, city.PayCode(payer), 200));
        var body = new { requestNo = SmallCity.No(), originalRequestNo = paid["requestNo"] };
        var cancel = await city.Acquirer.Post("/v1/payments/cancel", body);
        Assert.Equal((200, "SETTLED", "REFUNDED"), (cancel.Code, cancel["status"], cancel["outcome"]));
        Assert.Equal(500, await city.Balance(payer));
        Assert.Equal(200, (await city.Acquirer.Get($"/v1/payments/{paid["paymentNo"]}")).Number("refundedAmount"));

        var again = await city.Acquirer.Post("/v1/payments/cancel", body);
        Assert.True(again.Replayed);
        Assert.Equal(cancel.Body.ToString(), again.Body.ToString());
        var once = await city.Acquirer.Post("/v1/payments/cancel", new { requestNo = SmallCity.No(), originalRequestNo = paid["requestNo"] });
        Assert.Equal("REFUNDED", once["outcome"]);
        Assert.Equal(500, await city.Balance(payer));
    }

    [Fact]
    public async Task a_payment_that_comes_after_its_cancel_never_settles()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(500);
        var requestNo = SmallCity.No();
        var cancel = await city.Acquirer.Post("/v1/payments/cancel", new { requestNo = SmallCity.No(), originalRequestNo = requestNo });
        Assert.Equal(("SETTLED", "CANCELLED"), (cancel["status"], cancel["outcome"]));
        foreach (var amount in new[] { 100, 200 })
        {
            var late = await city.Acquirer.Post("/v1/payments", new { requestNo, merchantNo = merchant.MerchantNo, amount, method = "PAY_CODE", payer = new { payCode = city.PayCode(payer) } });
            Assert.Equal((200, "DECLINED", "CANCELLED"), (late.Code, late["status"], late["declineCode"]));
        }
        Assert.Equal("CANCELLED", (await city.Acquirer.Get($"/v1/payments?requestNo={requestNo}"))["declineCode"]);
        Assert.Equal(500, await city.Balance(payer));
    }

    [Fact]
    public async Task a_declined_payment_stays_declined()
    {
        var merchant = await city.Merchant();
        var declined = await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(merchant, city.PayCode(await city.Wallet(0)), 200));
        var cancel = await city.Acquirer.Post("/v1/payments/cancel", new { requestNo = SmallCity.No(), originalRequestNo = declined["requestNo"] });
        Assert.Equal(("SETTLED", "CANCELLED"), (cancel["status"], cancel["outcome"]));
        Assert.Equal("INSUFFICIENT_FUNDS", (await city.Acquirer.Get($"/v1/payments/{declined["paymentNo"]}"))["declineCode"]);
    }

    [Fact]
    public async Task a_number_with_other_content_is_refused_and_operators_may_not_cancel()
    {
        var requestNo = SmallCity.No();
        Assert.Equal(200, (await city.Acquirer.Post("/v1/payments/cancel", new { requestNo, originalRequestNo = SmallCity.No() })).Code);
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/payments/cancel", new { requestNo, originalRequestNo = SmallCity.No() }))["code"]);
        Assert.Equal(403, (await city.OperatorA.Post("/v1/payments/cancel", new { requestNo, originalRequestNo = SmallCity.No() })).Code);
    }
}
