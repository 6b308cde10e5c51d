using Ecny.Acquiring.Tests.Hosting;
using Ecny.Contracts.Ledger;
using Ecny.Testing;
using Xunit;

namespace Ecny.Acquiring.Tests.Payments;

/// <summary>What was answered 202 is never unknown again, and ends.</summary>
public sealed class UnknownOutcomeTests(SmallCity city)
{
    [Fact]
    public async Task a_lost_answer_is_processing_and_then_settled()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(500);
        var body = PaymentTests.ByCode(merchant, city.PayCode(payer), 200);
        Answer first;
        await using var impatient = await city.ImpatientReplica();
        using (city.Lose(answers: command => command is PaymentCommand && PaidTo(command, merchant)))
            first = await city.AcquirerAt(impatient).Post("/v1/payments", body);
        Assert.Equal((202, "PROCESSING"), (first.Code, first["status"]));
        Assert.NotNull(first.RetryAfter);
        var settled = await Eventually.Get(() => city.Acquirer.Get(first.Location!), seen => seen.Code == 200, "the payment to be decided");
        Assert.Equal("SETTLED", settled["status"]);
        Assert.Equal(first["paymentNo"], settled["paymentNo"]);
        var again = await city.Acquirer.Post("/v1/payments", body);
        Assert.True(again.Replayed);
        Assert.Equal(settled.Body.ToString(), again.Body.ToString());
        Assert.Equal(300, await city.Balance(payer));
    }

    [Fact]
    public async Task a_lost_request_is_processing_and_then_declined_for_good()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(500);
        var body = PaymentTests.ByCode(merchant, city.PayCode(payer), 200);
        Answer first;
        await using var impatient = await city.ImpatientReplica();
        using (city.Lose(requests: command => command is PaymentCommand && PaidTo(command, merchant)))
            first = await city.AcquirerAt(impatient).Post("/v1/payments", body);
        Assert.Equal(202, first.Code);
        var open = await city.Acquirer.Get($"/v1/payments?requestNo={first["requestNo"]}");
        Assert.Equal((202, "PROCESSING"), (open.Code, open["status"]));
        Assert.Equal(404, (await city.OtherAcquirer.Get(first.Location!)).Code);
        var declined = await Eventually.Get(() => city.Acquirer.Get(first.Location!), seen => seen.Code == 200, "the payment to be decided");
        Assert.Equal(("DECLINED", "EXPIRED"), (declined["status"], declined["declineCode"]));
        Assert.Equal(merchant.MerchantNo, declined["merchantNo"]);
        Assert.Equal("EXPIRED", (await city.Acquirer.Post("/v1/payments", body))["declineCode"]);
        Assert.Equal(500, await city.Balance(payer));
    }

    [Fact]
    public async Task a_refund_without_an_answer_ends_too()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(500);
        var paid = await city.Acquirer.Post("/v1/payments", PaymentTests.ByCode(merchant, city.PayCode(payer), 200));
        var refundNo = SmallCity.No();
        Answer first;
        await using var impatient = await city.ImpatientReplica();
        using (city.Lose(answers: command => command is RefundCommand && command.Number == refundNo))
            first = await city.AcquirerAt(impatient).Post("/v1/refunds", new { refundNo, paymentNo = paid["paymentNo"], amount = 50 });
        Assert.Equal((202, "PROCESSING"), (first.Code, first["status"]));
        var settled = await Eventually.Get(() => city.Acquirer.Get(first.Location!), seen => seen.Code == 200, "the refund to be decided");
        Assert.Equal(("SETTLED", 50L), (settled["status"], settled.Number("refundedTotalAmount")));
        Assert.Equal(350, await city.Balance(payer));
    }

    [Fact]
    public async Task another_replica_takes_up_what_one_left_open()
    {
        var merchant = await city.Merchant();
        Answer first;
        await using var impatient = await city.ImpatientReplica();
        using (city.Lose(requests: command => command is PaymentCommand && PaidTo(command, merchant)))
            first = await city.AcquirerAt(impatient).Post("/v1/payments", PaymentTests.ByCode(merchant, city.PayCode(await city.Wallet(500)), 200));
        await using var replica = await city.Replica();
        var there = city.AcquirerAt(replica);
        Assert.Equal("EXPIRED", (await Eventually.Get(() => there.Get(first.Location!), seen => seen.Code == 200, "the payment to be decided"))["declineCode"]);
    }

    [Fact]
    public async Task without_a_silo_payments_are_refused_and_nothing_is_said_about_them()
    {
        var merchant = await city.Merchant();
        var body = PaymentTests.ByCode(merchant, city.PayCode(await city.Wallet(500)), 200);
        await using var alone = await city.Alone();
        var there = city.AcquirerAt(alone);
        var refused = await there.Post("/v1/payments", body);
        Assert.Equal((503, "UNAVAILABLE"), (refused.Code, refused["code"]));
        Assert.NotNull(refused.RetryAfter);
        Assert.Equal(503, (await there.Get($"/v1/payments?requestNo={SmallCity.No()}")).Code);
        Assert.Equal(200, (await there.Get($"/v1/merchants/{merchant.MerchantNo}")).Code);
        Assert.Equal("SETTLED", (await city.Acquirer.Post("/v1/payments", body))["status"]);
    }

    private static bool PaidTo(LedgerCommand command, TestMerchant merchant) => ((PaymentCommand)command).MerchantNo == merchant.MerchantNo;
}
