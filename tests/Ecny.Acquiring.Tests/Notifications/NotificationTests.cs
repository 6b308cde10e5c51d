using System.Diagnostics;
using Ecny.Acquiring.Tests.Hosting;
using Ecny.Testing;
using Xunit;

namespace Ecny.Acquiring.Tests.Notifications;

/// <summary>From the payment to the acquirer's server, through the service as it runs.</summary>
public sealed class NotificationTests(SmallCity city)
{
    [Fact]
    public async Task payments_and_refunds_are_told_signed_and_in_order()
    {
        await using var receiver = await Receiver.Start();
        var (merchant, payer) = (await city.Merchant(), await city.Wallet(10_000));
        var url = $"{receiver.Url}?shop=7&order=1";
        var order = await city.Acquirer.Post("/v1/orders", new { merchantNo = merchant.MerchantNo, merchantOrderNo = SmallCity.No(), amount = 900, subject = "面", notifyUrl = url, attach = "桌 7" });
        var paid = await city.OperatorA.Post($"/v1/orders/{order["orderNo"]}/pay", new { requestNo = SmallCity.No(), walletId = payer });
        var refunded = await city.Acquirer.Post("/v1/refunds", new { refundNo = SmallCity.No(), paymentNo = paid["paymentNo"], amount = 300, reason = "cold" });
        var single = await Pay(merchant, payer, 250, url);
        var cancelled = await city.Acquirer.Post("/v1/payments/cancel", new { requestNo = SmallCity.No(), originalRequestNo = single["requestNo"] });
        await Pay(merchant, payer, 1, null);
        Assert.All([paid, refunded, single, cancelled], answer => Assert.Equal("SETTLED", answer["status"]));

        await Eventually.True(() => receiver.All.Count >= 4, "four notifications");
        var key = (await city.Acquirer.Get("/v1/notifications/keys")).Body.GetProperty("items")[0];
        Assert.All(receiver.All, told => Assert.Equal(key.GetProperty("keyId").GetString(), SignatureReader.Verify(told, key.GetProperty("publicKeyPem").GetString()!)));
        Assert.All(receiver.All, told => Assert.Equal(("POST", "/told", "?shop=7&order=1"), (told.Method, told.Path, told.Query)));
        Assert.Equal(["PAYMENT_SETTLED", "REFUND_SETTLED", "PAYMENT_SETTLED", "REFUND_SETTLED"], receiver.All.Select(told => told.Json.GetProperty("type").GetString()));
        Assert.Equal([900, 300, 250, 250], receiver.All.Select(told => told.Json.GetProperty("data").GetProperty("amount").GetInt64()));
        Assert.Equal([paid["paymentNo"], refunded["refundId"], single["paymentNo"]], receiver.All.Take(3).Select(told => told.Id));
        // What is told is what a question would have been answered.
        Assert.Equal((await city.Acquirer.Get($"/v1/payments/{single["paymentNo"]}")).Body.ToString().Replace("\"refundedAmount\":250", "\"refundedAmount\":0", StringComparison.Ordinal),
            receiver.All[2].Json.GetProperty("data").ToString());
        Assert.Equal("桌 7", receiver.All[0].Json.GetProperty("data").GetProperty("attach").GetString());

        var log = await Eventually.Get(() => city.Acquirer.Get($"/v1/notifications/{paid["paymentNo"]}"), answer => answer["status"] == "DELIVERED", "the delivery in the log");
        Assert.Equal((1L, 200L, url, "PAYMENT_SETTLED"), (log.Number("attempts"), log.Number("lastStatus"), log["url"], log["type"]));
        Assert.Equal(404, (await city.OtherAcquirer.Get($"/v1/notifications/{paid["paymentNo"]}")).Code);
        Assert.Equal(403, (await city.Service.Get($"/v1/notifications/{paid["paymentNo"]}")).Code);
    }

    [Fact]
    public async Task a_changed_body_or_address_does_not_verify()
    {
        await using var receiver = await Receiver.Start();
        await Pay(await city.Merchant(), await city.Wallet(500), 100, receiver.Url);
        await Eventually.True(() => receiver.All.Count == 1, "a notification");
        var told = receiver.All[0];
        var key = (await city.Acquirer.Get("/v1/notifications/keys")).Body.GetProperty("items")[0].GetProperty("publicKeyPem").GetString()!;
        Assert.Equal("webhooks-test-1", SignatureReader.Verify(told, key));
        Assert.NotEqual("webhooks-test-1", SignatureReader.Verify(told with { Path = "/other" }, key));
        Assert.NotEqual("webhooks-test-1", SignatureReader.Verify(told with { Authority = "elsewhere" }, key));
        Assert.NotEqual("webhooks-test-1", SignatureReader.Verify(told with { Body = [.. told.Body, (byte)' '] }, key));
    }

    [Fact]
    public async Task the_documented_openssl_example_verifies_a_notification()
    {
        await using var receiver = await Receiver.Start();
        await Pay(await city.Merchant(), await city.Wallet(500), 100, $"{receiver.Url}?a=b");
        await Eventually.True(() => receiver.All.Count == 1, "a notification");
        var told = receiver.All[0];
        var folder = Directory.CreateTempSubdirectory("ecny-notification-").FullName;
        await File.WriteAllTextAsync($"{folder}/key.pem", (await city.Acquirer.Get("/v1/notifications/keys")).Body.GetProperty("items")[0].GetProperty("publicKeyPem").GetString());
        await File.WriteAllTextAsync($"{folder}/head", string.Concat([$"{told.Method} {told.Path}{told.Query} HTTP/1.1\r\n", .. told.Headers.Select(header => $"{header.Key}: {header.Value}\r\n"), "\r\n"]));
        await File.WriteAllBytesAsync($"{folder}/body", told.Body);
        Assert.Equal(0, await Verify(folder));
        await File.WriteAllTextAsync($"{folder}/head", (await File.ReadAllTextAsync($"{folder}/head")).Replace("a=b", "a=c", StringComparison.Ordinal));
        Assert.Equal(1, await Verify(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> Verify(string folder)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecny.Platform.sln"))) root = root.Parent!;
        using var script = Process.Start(new ProcessStartInfo("bash", [Path.Combine(root.FullName, "docs/verify-notification.sh"), $"{folder}/key.pem", $"{folder}/head", $"{folder}/body"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await script.WaitForExitAsync();
        return script.ExitCode;
    }

    [Fact]
    public async Task what_was_not_taken_is_repeated_and_may_be_replayed()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answers = (_, nth) => Task.FromResult(nth <= 2 ? 500 : 200);
        var paid = await Pay(await city.Merchant(), await city.Wallet(500), 100, receiver.Url);
        var log = await Eventually.Get(() => city.Acquirer.Get($"/v1/notifications/{paid["paymentNo"]}"), answer => answer["status"] == "DELIVERED", "the delivery");
        Assert.Equal(3, log.Number("attempts"));
        Assert.Single(receiver.All.Select(told => told.Id).Distinct());
        Assert.Single(receiver.All.Select(told => Convert.ToBase64String(told.Body)).Distinct());

        var replayed = await city.Acquirer.Post($"/v1/notifications/{paid["paymentNo"]}/replay", new { });
        Assert.Equal(200, replayed.Code);
        await Eventually.True(() => receiver.All.Count == 4, "the replay");
        Assert.Equal(paid["paymentNo"], receiver.All[3].Id);
        Assert.Equal(404, (await city.OtherAcquirer.Post($"/v1/notifications/{paid["paymentNo"]}/replay", new { })).Code);
        Assert.Equal(404, (await city.Acquirer.Post($"/v1/notifications/{Guid.NewGuid():N}/replay", new { })).Code);
    }

    [Fact]
    public async Task a_redirect_is_not_followed()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answers = (_, nth) => Task.FromResult(nth == 1 ? 302 : 200);
        var paid = await Pay(await city.Merchant(), await city.Wallet(500), 100, receiver.Url);
        await Eventually.Get(() => city.Acquirer.Get($"/v1/notifications/{paid["paymentNo"]}"), answer => answer["status"] == "DELIVERED", "the delivery");
        Assert.Equal(2, receiver.All.Count);
        Assert.All(receiver.All, told => Assert.Equal("/told", told.Path));
    }

    [Fact]
    public async Task the_log_is_read_in_pages_in_the_journals_order()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answers = (told, _) => Task.FromResult(told.Json.GetProperty("data").GetProperty("amount").GetInt64() == 104 ? 500 : 200);
        var (merchant, payer) = (await city.Merchant(), await city.Wallet(5_000));
        var numbers = new List<string?>();
        for (var i = 0; i < 7; i++) numbers.Add((await Pay(merchant, payer, 101 + i, receiver.Url))["paymentNo"]);
        await Eventually.True(async () => (await List("?limit=200")).Count(one => one.Merchant == merchant.MerchantNo) == 7, "all in the log");
        var seen = new List<(string Merchant, string Id)>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await city.Acquirer.Get($"/v1/notifications?limit=2{cursor}");
            seen.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("merchantNo").GetString()!, item.GetProperty("notificationId").GetString()!)));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        Assert.Equal(numbers, seen.Where(one => one.Merchant == merchant.MerchantNo).Select(one => one.Id));
        await Eventually.True(async () => (await List("?status=DELIVERED&limit=200")).Count(one => one.Merchant == merchant.MerchantNo) == 3, "those before the stuck one delivered");
        Assert.Equal(4, (await List("?status=PENDING&limit=200")).Count(one => one.Merchant == merchant.MerchantNo));
        Assert.Equal(400, (await city.Acquirer.Get("/v1/notifications?status=OPEN")).Code);
        Assert.Equal(400, (await city.Acquirer.Get("/v1/notifications?date=today")).Code);
    }

    private async Task<List<(string Merchant, string Id)>> List(string query) =>
        [.. (await city.Acquirer.Get($"/v1/notifications{query}")).Body.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("merchantNo").GetString()!, item.GetProperty("notificationId").GetString()!))];

    private async Task<Answer> Pay(TestMerchant merchant, string payer, long amount, string? url)
    {
        var body = new Dictionary<string, object>
        {
            ["requestNo"] = SmallCity.No(), ["merchantNo"] = merchant.MerchantNo, ["amount"] = amount, ["method"] = "PAY_CODE", ["payer"] = new { payCode = city.PayCode(payer) },
        };
        if (url is not null) body["notifyUrl"] = url;
        var answer = await city.Acquirer.Post("/v1/payments", body);
        Assert.Equal("SETTLED", answer["status"]);
        return answer;
    }
}
