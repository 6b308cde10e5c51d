using Ecny.Acquiring.Tests.Hosting;
using Ecny.Acquiring.Tests.Payments;
using Xunit;

namespace Ecny.Acquiring.Tests.Refunds;

public sealed class RefundTests(SmallCity city)
{
    [Fact]
    public async Task refunds_go_up_to_the_payment_and_no_further()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(1000);
        var paid = await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(merchant, city.PayCode(payer), 600));
        var part = await Refund(paid, 250);
        Assert.Equal(("SETTLED", 250L, 250L), (part["status"], part.Number("amount"), part.Number("refundedTotalAmount")));
        var over = await Refund(paid, 351);
        Assert.Equal((200, "DECLINED", "REFUND_EXCEEDS"), (over.Code, over["status"], over["declineCode"]));
        var rest = await Refund(paid, 350);
        Assert.Equal(("SETTLED", 600L), (rest["status"], rest.Number("refundedTotalAmount")));
        Assert.Equal("REFUND_EXCEEDS", (await Refund(paid, 1))["declineCode"]);
        Assert.Equal(1000, await city.Balance(payer));
        Assert.Equal(600, (await city.Acquirer.Get($"/v1/payments/{paid["paymentNo"]}")).Number("refundedAmount"));
    }

    [Fact]
    public async Task repetition_and_questions_give_the_refund_as_it_stands()
    {
        var paid = await Paid(600);
        var body = new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 100, reason = "缺货" };
        var first = await city.Acquirer.Post("/v1/refunds", body);
        var again = await city.Acquirer.Post("/v1/refunds", body);
        Assert.True(again.Replayed);
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Equal(first.Body.ToString(), (await city.Acquirer.Get($"/v1/refunds/{first["refundId"]}")).Body.ToString());
        Assert.Equal(first.Body.ToString(), (await city.Acquirer.Get($"/v1/refunds?refundNo={body.refundNo}")).Body.ToString());
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/refunds/{first["refundId"]}")).Code);
        Assert.Equal(404, (await city.Acquirer.Get($"/v1/refunds/{paid["paymentNo"]}")).Code);
        Assert.Equal(404, (await city.Acquirer.Get($"/v1/payments/{first["refundId"]}")).Code);
        Assert.Equal("REQUEST_NO_REUSED", (await city.Acquirer.Post("/v1/refunds", new { body.refundNo, body.paymentNo, amount = 101, body.reason }))["code"]);
    }

    [Fact]
    public async Task concurrent_refunds_never_exceed_the_payment()
    {
        var paid = await Paid(600);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Refund(paid, 100)));
        Assert.Equal(6, answers.Count(answer => answer["status"] == "SETTLED"));
        Assert.Equal(4, answers.Count(answer => answer["declineCode"] == "REFUND_EXCEEDS"));
    }

    [Fact]
    public async Task only_ones_own_settled_payments_are_refunded()
    {
        var paid = await Paid(600);
        Unknown(await city.OtherAcquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 1 }));
        Unknown(await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = Guid.NewGuid().ToString("N"), amount = 1 }));
        Unknown(await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = "x", amount = 1 }));
        var declined = await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(await city.Merchant(), city.PayCode(await city.Wallet(0)), 5));
        Unknown(await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = declined["paymentNo"], amount = 1 }));
        Assert.Equal(403, (await city.OperatorA.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 1 })).Code);
    }

    private static void Unknown(Answer answer) => Assert.Equal((422, "paymentNo", "PAYMENT_UNKNOWN"), (answer.Code, answer.Error.Field, answer.Error.Code));

    private async Task<Answer> Paid(long amount) => await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(await city.Merchant(), city.PayCode(await city.Wallet(amount)), amount));

    private Task<Answer> Refund(Answer paid, long amount) => city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount });
}
