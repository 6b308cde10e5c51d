using Ecny.Contracts.Ledger;
using Ecny.Testing;
using Ecny.Wallets.Exchanges;
using Ecny.Wallets.Tests.Hosting;
using Npgsql;

namespace Ecny.Wallets.Tests.Exchanges;

/// <summary>Wherever it breaks, an exchange ends, and bank and wallet agree to the fen.</summary>
public sealed class SagaTests(FragileCity fragile) : IClassFixture<FragileCity>
{
    private readonly FragileBank bank = fragile.Bank;
    private readonly WalletsHost host = fragile.Wallets;
    private readonly ApiClient api = fragile.Wallets.As(Party.OperatorA);

    [Fact]
    public async Task a_broken_line_at_any_step_ends_in_agreement()
    {
        (string Direction, string Token, string Status)[] cases =
        [
            ("IN", "before-debit", "SETTLED"), ("IN", "after-debit", "SETTLED"), ("IN", "after-debit-declines", "DECLINED"),
            ("OUT", "before-credit", "SETTLED"), ("OUT", "after-credit", "SETTLED"),
            ("OUT", "hold-before-credit", "SETTLED"), ("OUT", "hold-after-credit", "SETTLED"), ("OUT", "hold-after-credit-declines", "DECLINED"),
        ];
        await Task.WhenAll(cases.Select(async c =>
        {
            var wallet = await api.OpenWallet();
            await api.Fund(wallet, 100);
            var first = (await api.Post("/v1/exchanges", new { requestNo = ApiClient.NewNumber(), walletId = wallet, direction = c.Direction, amount = 40, bankAccountToken = c.Token })).Expect(202);
            var last = await Ended(first["exchangeNo"]);
            Assert.True(last["status"] == c.Status, $"{c}: {last.Json}");
            await Agrees(wallet, first["exchangeNo"], c.Direction, c.Status);
        }));
    }

    [Theory]
    [InlineData("before-reverse"), InlineData("after-reverse")]
    public async Task what_the_ledger_declines_goes_back_to_the_bank(string token)
    {
        var wallet = await api.OpenWallet("IV");
        var first = (await api.Post("/v1/exchanges", new { requestNo = ApiClient.NewNumber(), walletId = wallet, direction = "IN", amount = 1_000_001, bankAccountToken = token })).Expect(202);
        var last = await Ended(first["exchangeNo"]);
        Assert.Equal(("DECLINED", "BALANCE_CAP"), (last["status"], last["declineCode"]));
        Assert.True(TransferId.TryParse(first["exchangeNo"], out var id));
        Assert.Equal(0, bank.Net(id));
    }

    [Theory]
    [InlineData("IN", "bank", false), InlineData("OUT", "bank", false), InlineData("OUT", "hold-bank", false)]
    [InlineData("IN", "bank", true), InlineData("OUT", "bank", true), InlineData("OUT", "hold-bank", true)]
    public async Task one_whose_service_died_is_finished_by_the_sweeper(string direction, string token, bool ledgerWasDone)
    {
        var wallet = await api.OpenWallet();
        await api.Fund(wallet, 100);
        Assert.True(WalletNumber.TryParse(wallet, out var number));
        var exchange = new Exchange
        {
            Id = TransferId.Of(Party.OperatorA.Id, NumberKind.Exchange, ApiClient.NewNumber()), Institution = Party.OperatorA.Id, RequestNo = ApiClient.NewNumber(),
            Fingerprint = 1, Wallet = number, Inward = direction == "IN", Amount = 40, BankAccountToken = token, BegunMicros = Numbers.Clock.NowMicros(TimeProvider.System),
        };
        Assert.True((await host.Get<ExchangeStore>().Begin(exchange)).IsNew);
        await TenSecondsPass(exchange.Id);
        var done = ledgerWasDone ? await host.Get<ExchangeSaga>().Advance(exchange, CancellationToken.None) : null;

        var last = await Ended(exchange.Id.ToString());
        Assert.Equal("SETTLED", last["status"]);
        if (done is not null) Assert.Equal(done.Seq, last.Json.GetProperty("seq").GetInt64());
        await Agrees(wallet, exchange.Id.ToString(), direction, "SETTLED");
    }

    /// <summary>Nobody has looked after the exchange for as long as its service was given.</summary>
    private async Task TenSecondsPass(TransferId exchange)
    {
        await using var command = host.Get<NpgsqlDataSource>().CreateCommand("UPDATE wallets.exchange SET due_at = now() WHERE id = $1 AND due_at IS NOT NULL");
        command.Parameters.Add(new NpgsqlParameter { Value = exchange.Value });
        await command.ExecuteNonQueryAsync();
    }

    private Task<Answer> Ended(string exchangeNo) =>
        Eventually.Get(() => api.Get($"/v1/exchanges/{exchangeNo}"), a => a.Status == 200, "the exchange to end", TimeSpan.FromSeconds(40));

    private async Task Agrees(string wallet, string exchangeNo, string direction, string status)
    {
        Assert.True(TransferId.TryParse(exchangeNo, out var id));
        var moved = status == "SETTLED" ? 40 : 0;
        Assert.Equal(moved, bank.Net(id));
        var balance = (await api.Get($"/v1/wallets/{wallet}/balance")).Expect(200);
        Assert.Equal((direction == "IN" ? 100 + moved : 100 - moved, 0L), (balance.Json.GetProperty("availableAmount").GetInt64(), balance.Json.GetProperty("heldAmount").GetInt64()));
    }
}
