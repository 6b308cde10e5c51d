using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Tests.Hosting;
using Xunit;

namespace Ecny.Acquiring.Tests.Notifications;

public sealed class AddressRulesTests(SmallCity city)
{
    [Theory]
    [InlineData("http://localhost/x")]
    [InlineData("http://LOCALHOST./x")]
    [InlineData("http://a.localhost/x")]
    [InlineData("http://127.0.0.1/x")]
    [InlineData("http://127.1/x")]
    [InlineData("http://2130706433/x")]
    [InlineData("http://0x7f.0.0.1/x")]
    [InlineData("http://0177.0.0.1/x")]
    [InlineData("http://0.0.0.0:5081/x")]
    [InlineData("http://10.1.2.3/x")]
    [InlineData("http://172.16.0.1/x")]
    [InlineData("http://192.168.1.1/x")]
    [InlineData("http://100.64.0.1/x")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://224.0.0.1/x")]
    [InlineData("http://255.255.255.255/x")]
    [InlineData("http://[::1]/x")]
    [InlineData("http://[::]/x")]
    [InlineData("http://[::ffff:127.0.0.1]/x")]
    [InlineData("http://[::ffff:a9fe:a9fe]/x")]
    [InlineData("http://[fe80::1]/x")]
    [InlineData("http://[fd00::1]/x")]
    [InlineData("http://[64:ff9b::7f00:1]/x")]
    [InlineData("http://[2002:7f00:1::]/x")]
    [InlineData("http://[2001:db8::1]/x")]
    [InlineData("http://intranet/x")]
    [InlineData("http://user:secret@pay.example.com/x")]
    [InlineData("ftp://pay.example.com/x")]
    [InlineData("http://支付.example.com/x")]
    [InlineData("/relative")]
    public void an_address_that_is_not_public_is_refused(string url) => Assert.False(new AddressRules("").MayTell(url));

    [Theory]
    [InlineData("https://pay.example.com/notify?order=1")]
    [InlineData("http://8.8.8.8:8080/notify")]
    [InlineData("https://[2400:3200::1]/notify")]
    [InlineData("http://xn--0zwm56d.example.com/x")]
    public void a_public_address_may_be_told(string url) => Assert.True(new AddressRules("").MayTell(url));

    [Fact]
    public void a_network_may_be_allowed_by_configuration()
    {
        var rules = new AddressRules("127.0.0.0/8;10.8.0.0/16");
        Assert.True(rules.MayTell("http://127.0.0.1:9000/x"));
        Assert.True(rules.MayTell("http://localhost:9000/x"));
        Assert.True(rules.MayTell("http://10.8.3.4/x"));
        Assert.False(rules.MayTell("http://10.9.3.4/x"));
        Assert.False(rules.MayTell("http://[::1]/x"));
    }

    [Fact]
    public async Task orders_and_payments_with_such_an_address_are_refused_by_name()
    {
        var merchant = await city.Merchant();
        var order = await city.Acquirer.Post("/v1/orders", new { merchantNo = merchant.MerchantNo, merchantOrderNo = SmallCity.No(), amount = 100, subject = "x", notifyUrl = "http://169.254.169.254/" });
        Assert.Equal((400, "notifyUrl", "INVALID_FIELD"), (order.Code, order.Error.Field, order.Error.Code));
        var payment = await city.Acquirer.Post("/v1/payments", new
        {
            requestNo = SmallCity.No(), merchantNo = merchant.MerchantNo, amount = 100, method = "PAY_CODE", payer = new { payCode = city.PayCode(await city.Wallet(500)) }, notifyUrl = "http://10.0.0.8/",
        });
        Assert.Equal((400, "notifyUrl", "INVALID_FIELD"), (payment.Code, payment.Error.Field, payment.Error.Code));
    }
}
