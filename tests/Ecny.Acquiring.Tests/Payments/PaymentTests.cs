using Ecny.Acquiring.Tests.Hosting;
using Xunit;

namespace Ecny.Acquiring.Tests.Payments;

public sealed class PaymentTests(SmallCity city)
{
    [Fact]
    public async Task a_pay_code_payment_settles_and_moves_the_money()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(5000);
        var answer = await city.Acquirer.Post("/v1/payments", new
        {
            requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 1250, method = "PAY_CODE", payer = new { payCode = city.PayCode(payer) }, channel = "POS", attach = "桌 7 \"A\"",
        });
        Assert.Equal(200, answer.Code);
        Assert.Equal("SETTLED", answer["status"]);
        Assert.False(answer.Replayed);
        Assert.Equal(1250, answer.Number("amount"));
        Assert.Equal("S09", answer["scenario"]);
        Assert.Equal("桌 7 \"A\"", answer["attach"]);
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00$", answer["paidAt"]);
        Assert.Equal("AVAILABLE", answer.Body.GetProperty("parts")[0].GetProperty("bucket").GetString());
        Assert.Equal(3750, await city.Balance(payer));
        Assert.Equal(1250, await city.Balance(merchant.Wallet));
    }

    [Fact]
    public async Task repetition_and_questions_give_the_same_object()
    {
        var merchant = await city.Merchant();
        var token = await city.Token(await city.Wallet(5000), merchant.MerchantNo);
        var body = new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, merchantOrderNo = SmallCity.No(), amount = 700, method = "TOKEN", payer = new { token } };
        var first = await city.Acquirer.Post("/v1/payments", body);
        Assert.Equal("SETTLED", first["status"]);
        var again = await city.Acquirer.Post("/v1/payments", body);
        Assert.True(again.Replayed);
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Equal(first.Body.ToString(), (await city.Acquirer.Get($"/v1/payments/{first["paymentNo"]}")).Body.ToString());
        Assert.Equal(first.Body.ToString(), (await city.Acquirer.Get($"/v1/payments?requestNo={body.requestNo}")).Body.ToString());
    }

    [Fact]
    public async Task a_number_with_other_content_is_refused()
    {
        var merchant = await city.Merchant();
        var token = await city.Token(await city.Wallet(5000), merchant.MerchantNo);
        var requestNo = SmallCity.No();
        await city.Acquirer.Post("/v1/payments", new { requestNo, merchantNo = merchant.MerchantNo, amount = 700, method = "TOKEN", payer = new { token } });
        var other = await city.Acquirer.Post("/v1/payments", new { requestNo, merchantNo = merchant.MerchantNo, amount = 701, method = "TOKEN", payer = new { token } });
        Assert.Equal(409, other.Code);
        Assert.Equal("REQUEST_NO_REUSED", other["code"]);
    }

    [Fact]
    public async Task a_decline_is_remembered()
    {
        var merchant = await city.Merchant();
        var token = await city.Token(await city.Wallet(100), merchant.MerchantNo);
        var body = new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 101, method = "TOKEN", payer = new { token } };
        var first = await city.Acquirer.Post("/v1/payments", body);
        Assert.Equal(200, first.Code);
        Assert.Equal("DECLINED", first["status"]);
        Assert.Equal("INSUFFICIENT_FUNDS", first["declineCode"]);
        Assert.Equal(101, first.Number("amount"));
        Assert.Null(first["paidAt"]);
        var again = await city.Acquirer.Post("/v1/payments", body);
        Assert.True(again.Replayed);
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
    }

    [Fact]
    public async Task a_pay_code_pays_once()
    {
        var merchant = await city.Merchant();
        var payCode = city.PayCode(await city.Wallet(5000));
        Assert.Equal("SETTLED", (await city.Acquirer.Post("/v1/payments", ByCode(merchant, payCode, 10)))["status"]);
        Assert.Equal("PAY_CODE_USED", (await city.Acquirer.Post("/v1/payments", ByCode(merchant, payCode, 10)))["declineCode"]);
    }

    [Fact]
    public async Task a_pay_code_ends_with_its_minute_and_its_cap()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(5000);
        Assert.Equal("EXPIRED", (await city.Acquirer.Post("/v1/payments", ByCode(merchant, city.PayCode(payer, life: TimeSpan.FromSeconds(-1)), 10)))["declineCode"]);
        Assert.Equal("LIMIT_PER_PAYMENT", (await city.Acquirer.Post("/v1/payments", ByCode(merchant, city.PayCode(payer, maxAmount: 9), 10)))["declineCode"]);
    }

    [Fact]
    public async Task a_static_code_is_paid_by_the_payers_operator()
    {
        var merchant = await city.Merchant();
        var payer = await city.Wallet(5000);
        var code = await city.Acquirer.Post("/v1/codes/static", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo });
        Assert.Equal(201, code.Code);
        var body = new { requestNo = SmallCity.No(), amount = 300, method = "STATIC_CODE", payer = new { walletId = payer }, codeContent = code["codeContent"] };
        var paid = await city.OperatorA.Post("/v1/payments", body);
        Assert.Equal("SETTLED", paid["status"]);
        Assert.Equal(merchant.MerchantNo, paid["merchantNo"]);
        Assert.Equal(paid.Body.ToString(), (await city.Acquirer.Get($"/v1/payments/{paid["paymentNo"]}")).Body.ToString());
        Assert.Equal(404, (await city.OperatorB.Get($"/v1/payments/{paid["paymentNo"]}")).Code);
        Assert.Equal(403, (await city.Acquirer.Post("/v1/payments", body)).Code);
        var foreign = await city.OperatorB.Post("/v1/payments", body);
        Assert.Equal((422, "payer.walletId", "PAYER_UNKNOWN"), (foreign.Code, foreign.Error.Field, foreign.Error.Code));
    }

    [Fact]
    public async Task a_static_code_with_an_amount_takes_that_amount_only()
    {
        var merchant = await city.Merchant();
        var code = await city.Acquirer.Post("/v1/codes/static", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 300 });
        var payer = await city.Wallet(5000);
        var other = await city.OperatorA.Post("/v1/payments", new { requestNo = SmallCity.No(), amount = 301, method = "STATIC_CODE", payer = new { walletId = payer }, codeContent = code["codeContent"] });
        Assert.Equal((422, "amount", "CODE_AMOUNT_DIFFERS"), (other.Code, other.Error.Field, other.Error.Code));
        var scanned = await city.OperatorA.Get($"/v1/codes/scan?content={code["codeContent"]}");
        Assert.Equal(300, scanned.Number("amount"));
        Assert.Equal("面馆", scanned["merchantName"]);
    }

    [Fact]
    public async Task unknown_things_are_named()
    {
        var merchant = await city.Merchant();
        var token = await city.Token(await city.Wallet(5000), merchant.MerchantNo);
        await Refused("merchantNo", "MERCHANT_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = "M-none", amount = 1, method = "TOKEN", payer = new { token } });
        await Refused("storeNo", "STORE_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, storeNo = "S1", amount = 1, method = "TOKEN", payer = new { token } });
        await Refused("terminalNo", "TERMINAL_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, terminalNo = "T1", amount = 1, method = "TOKEN", payer = new { token } });
        await Refused("payer.token", "PAYER_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 1, method = "TOKEN", payer = new { token = Guid.NewGuid().ToString("N") } });
        await Refused("payer.token", "PAYER_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 1, method = "TOKEN", payer = new { token = "'; DROP TABLE merchant; --" } });
        await Refused("payer.payCode", "PAYER_UNKNOWN", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 1, method = "PAY_CODE", payer = new { payCode = "2812000000000000" } });
        var foreign = await city.OtherAcquirer.Post("/v1/payments", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 1, method = "TOKEN", payer = new { token } });
        Assert.Equal("MERCHANT_UNKNOWN", foreign["code"]);
        var misread = await city.OperatorA.Post("/v1/payments", new { requestNo = SmallCity.No(), amount = 1, method = "STATIC_CODE", payer = new { walletId = await city.Wallet(10) }, codeContent = "ecny:s:0123456789:abcdef" });
        Assert.Equal("CODE_UNKNOWN", misread["code"]);
    }

    [Theory]
    [InlineData("NFC", "nfc"), InlineData("MANDATE", "mandateNo")]
    public async Task methods_to_come_are_not_offered(string method, string member)
    {
        var answer = await city.Acquirer.Post("/v1/payments", new { requestNo = SmallCity.No(), merchantNo = "M1", amount = 1, method, payer = new Dictionary<string, string> { [member] = "x" } });
        Assert.Equal((422, "method", "METHOD_NOT_OFFERED"), (answer.Code, answer.Error.Field, answer.Error.Code));
    }

    [Theory]
    [InlineData("""{"requestNo":"a b","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{"token":"t"}}""", "requestNo")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":0,"method":"TOKEN","payer":{"token":"t"}}""", "amount")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1000000000000001,"method":"TOKEN","payer":{"token":"t"}}""", "amount")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1.5,"method":"TOKEN","payer":{"token":"t"}}""", "amount")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":"1","method":"TOKEN","payer":{"token":"t"}}""", "amount")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"CASH","payer":{"token":"t"}}""", "method")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{}}""", "payer.token")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{"token":"t","walletId":"w"}}""", "payer.walletId")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{"token":"t"},"codeContent":"c"}""", "codeContent")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{"token":"t"},"scenario":"S17"}""", "scenario")]
    [InlineData("""{"requestNo":"a","merchantNo":"M1","amount":1,"method":"TOKEN","payer":{"token":"t"},"notifyUrl":"ftp://x"}""", "notifyUrl")]
    [InlineData("""{"requestNo":"a","amount":1,"method":"TOKEN","payer":{"token":"t"}}""", "merchantNo")]
    public async Task wrong_fields_are_named(string body, string field)
    {
        var answer = await city.Acquirer.PostRaw("/v1/payments", System.Text.Encoding.UTF8.GetBytes(body));
        Assert.Equal((400, "INVALID_FIELD", field), (answer.Code, answer["code"], answer.Error.Field));
    }

    [Fact]
    public async Task an_unknown_field_is_refused_by_name()
    {
        var answer = await city.Acquirer.PostRaw("/v1/payments", """{"requestNo":"a","merchantNo":"M1","ammount":1,"amount":1,"method":"TOKEN","payer":{"token":"t"}}"""u8.ToArray());
        Assert.Equal((400, "UNKNOWN_FIELD", "ammount"), (answer.Code, answer["code"], answer.Error.Field));
    }

    [Fact]
    public async Task a_suspended_merchant_takes_nothing_new_but_keeps_what_it_answered()
    {
        var merchant = await city.Merchant();
        var token = await city.Token(await city.Wallet(5000), merchant.MerchantNo);
        var paid = new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 5, method = "TOKEN", payer = new { token } };
        var first = await city.Acquirer.Post("/v1/payments", paid);
        Assert.Equal(200, (await city.Acquirer.Post($"/v1/merchants/{merchant.MerchantNo}/state", new { status = "SUSPENDED" })).Code);
        await Refused("merchantNo", "MERCHANT_SUSPENDED", new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 5, method = "TOKEN", payer = new { token } });
        Assert.Equal(first.Body.ToString(), (await city.Acquirer.Post("/v1/payments", paid)).Body.ToString());
        Assert.Equal(409, (await city.Acquirer.Post("/v1/payments", new { paid.requestNo, paid.merchantNo, amount = 6, paid.method, paid.payer })).Code);
    }

    [Fact]
    public async Task another_institutions_payment_is_not_found()
    {
        var merchant = await city.Merchant();
        var paid = await city.Acquirer.Post("/v1/payments", ByCode(merchant, city.PayCode(await city.Wallet(100)), 10));
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/payments/{paid["paymentNo"]}")).Code);
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/payments?requestNo={paid["requestNo"]}")).Code);
        Assert.Equal(404, (await city.Acquirer.Get($"/v1/payments?requestNo={SmallCity.No()}")).Code);
        Assert.Equal(404, (await city.Acquirer.Get("/v1/payments/nothing")).Code);
        Assert.Equal(400, (await city.Acquirer.Get("/v1/payments")).Code);
    }

    internal static object ByCode(TestMerchant merchant, string payCode, long amount) =>
        new { requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount, method = "PAY_CODE", payer = new { payCode } };

    private async Task Refused(string field, string code, object body)
    {
        var answer = await city.Acquirer.Post("/v1/payments", body);
        Assert.Equal((422, field, code), (answer.Code, answer.Error.Field, answer.Error.Code));
    }
}
