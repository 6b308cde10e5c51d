using Ecny.Contracts.Ledger;
using Ecny.Wallets.Codes;
using Ecny.Wallets.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Ecny.Wallets.Tests.Api;

public sealed class PayCodeTests(City city)
{
    [Fact]
    public async Task a_code_says_whose_it_is_for_one_minute()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var wallet = await api.OpenWallet();
        var before = DateTimeOffset.UtcNow;
        var answer = (await api.Post($"/v1/wallets/{wallet}/pay-codes", new { requestNo = ApiClient.NewNumber(), maxAmount = 5_000 })).Expect(201);
        Assert.True(host.Get<PayCodes>().TryRead(answer["payCode"], out var content));
        Assert.Equal((wallet, 5_000L), (WalletNumber.Text(content.Wallet), content.MaxAmount));
        var expires = answer.Json.GetProperty("expiresAt").GetDateTimeOffset();
        Assert.Equal(content.ExpiresAtMicros, Numbers.Clock.Micros(expires));
        Assert.InRange(expires, before.AddSeconds(59), DateTimeOffset.UtcNow.AddSeconds(61));
    }

    [Fact]
    public async Task the_same_number_gets_the_same_code()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var (wallet, number) = (await api.OpenWallet(), ApiClient.NewNumber());
        var path = $"/v1/wallets/{wallet}/pay-codes";
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.Post(path, new { requestNo = number })));
        Assert.Single(all.Select(a => a.Expect(201)["payCode"]).Distinct());
        Assert.Single(all, a => !a.Replayed);
        (await api.Post(path, new { requestNo = number, maxAmount = 1 })).ExpectProblem(409, "REQUEST_NO_REUSED", "requestNo");
        Assert.Equal(201, (await host.As(Party.OperatorB).Post($"/v1/wallets/{await host.As(Party.OperatorB).OpenWallet()}/pay-codes", new { requestNo = number })).Status);
    }

    [Fact]
    public async Task an_unknown_wallet_has_no_codes()
    {
        var host = await city.Wallets;
        var api = host.As(Party.OperatorA);
        var theirs = await host.As(Party.OperatorB).OpenWallet();
        foreach (var id in new[] { theirs, WalletNumber.Text(WalletNumber.Compose(101, 666_666_666)), "1" })
            (await api.Post($"/v1/wallets/{id}/pay-codes", new { requestNo = ApiClient.NewNumber() })).ExpectProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task a_number_is_free_again_when_its_code_has_expired_and_slices_are_emptied()
    {
        var host = await city.Wallets;
        var wallet = await host.As(Party.OperatorA).OpenWallet();
        Assert.True(WalletNumber.TryParse(wallet, out var id));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 50, TimeSpan.Zero));
        await using var store = new PayCodeStore(host.Services.GetRequiredService<NpgsqlDataSource>(), time);
        var key = Guid.NewGuid();
        var first = Code(key, id, time);
        Assert.Equal(first, await store.Issue(first));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(first.Code, (await store.Issue(Code(key, id, time)))!.Code);
        time.Advance(TimeSpan.FromSeconds(2));
        var second = Code(key, id, time);
        Assert.Equal(second, await store.Issue(second));
        // Three minutes later its slice comes round again: emptied or not, the old row is in nobody's way.
        time.Advance(TimeSpan.FromMinutes(3));
        var third = Code(key, id, time);
        Assert.Equal(third, await store.Issue(third));
        await store.EmptyNext(CancellationToken.None);
        Assert.Equal(third.Code, (await store.Issue(Code(key, id, time)))!.Code);
    }

    private static IssuedCode Code(Guid key, long wallet, TimeProvider time) =>
        new(key, 1, wallet, Numbers.Clock.NowMicros(time) + 60_000_000, Guid.NewGuid().ToString("N"));
}
