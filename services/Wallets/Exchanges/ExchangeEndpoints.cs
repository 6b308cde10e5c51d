using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.Exchanges;

/// <summary><c>/v1/exchanges</c>: between a bank account and a wallet.</summary>
public static class ExchangeEndpoints
{
    private const string In = "IN", Out = "OUT";

    public static void MapExchanges(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/exchanges", Exchange).Allow(Role.Operator).Describes<ExchangeRequest, ExchangeView>(200, "Exchange into a wallet (兑出, IN) or out of it (兑回, OUT)").WithTags("Exchanges");
        app.MapGet("/v1/exchanges", FindByNumber).Allow(Role.Operator).Describes<ExchangeView>("An exchange by its requestNo", "requestNo!").WithTags("Exchanges");
        app.MapGet("/v1/exchanges/{exchangeNo}", Get).Allow(Role.Operator).Describes<ExchangeView>("An exchange").WithTags("Exchanges");
    }

    private static async Task Exchange(HttpContext http, OwnWallets own, ExchangeService service, TimeProvider time)
    {
        var body = await http.ReadBody(WalletsJson.Default.ExchangeRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("walletId", body.WalletId), Field.OneOf("direction", body.Direction, In, Out),
            Field.Amount("amount", body.Amount), Field.Id("bankAccountToken", body.BankAccountToken));
        var caller = http.Caller();
        var wallet = own.InBody(caller, body.WalletId, ApiCode.WALLET_UNKNOWN, "walletId");
        var (exchange, replayed) = await service.Run(new Exchange
        {
            Id = TransferId.Of(caller.Institution, NumberKind.Exchange, body.RequestNo), Institution = caller.Institution, RequestNo = body.RequestNo,
            Fingerprint = Hashing.Fingerprint("exchange", body.WalletId, body.Direction, body.Amount.ToString(CultureInfo.InvariantCulture), body.BankAccountToken),
            Wallet = wallet, Inward = body.Direction == In, Amount = body.Amount, BankAccountToken = body.BankAccountToken, BegunMicros = time.NowMicros(),
        });
        if (replayed) http.MarkReplayed();
        await Write(http, exchange);
    }

    private static async Task FindByNumber(HttpContext http, ExchangeStore store)
    {
        var requestNo = Page.Query(http, "requestNo");
        Field.Check(Field.RequestNo("requestNo", requestNo));
        await Write(http, await store.FindByNumber(http.Caller().Institution, requestNo!) ?? throw new ApiException(ApiCode.NOT_FOUND));
    }

    private static async Task Get(HttpContext http, ExchangeStore store, string exchangeNo)
    {
        var found = TransferId.TryParse(exchangeNo, out var id) ? await store.Get(id) : null;
        await Write(http, found?.Institution == http.Caller().Institution ? found : throw new ApiException(ApiCode.NOT_FOUND));
    }

    private static Task Write(HttpContext http, Exchange exchange)
    {
        var view = new ExchangeView
        {
            ExchangeNo = exchange.Id.ToString(), RequestNo = exchange.RequestNo, WalletId = WalletNumber.Text(exchange.Wallet),
            Direction = exchange.Inward ? In : Out, Amount = exchange.Amount,
            Status = exchange.Result switch { null => Answers.Processing, { Code: DeclineCode.None } => Answers.Settled, _ => Answers.Declined },
            DeclineCode = exchange.Result is { } result ? Answers.Code(result.Code) : null,
            Shard = exchange.Result is null ? null : ShardMap.ShardOf(exchange.Wallet), Seq = exchange.Result?.Seq,
        };
        return http.WriteOutcome($"/v1/exchanges/{view.ExchangeNo}", view.Status, view, WalletsJson.Default.ExchangeView);
    }
}

public sealed record ExchangeRequest
{
    public required string RequestNo { get; init; }
    public required string WalletId { get; init; }
    /// <summary>IN: bank account → wallet. OUT: wallet → bank account.</summary>
    public required string Direction { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    public required string BankAccountToken { get; init; }
}

public sealed record ExchangeView
{
    public required string ExchangeNo { get; init; }
    public required string RequestNo { get; init; }
    public required string WalletId { get; init; }
    public required string Direction { get; init; }
    public required long Amount { get; init; }
    /// <summary>SETTLED, DECLINED or PROCESSING.</summary>
    public required string Status { get; init; }
    public string? DeclineCode { get; init; }
    public int? Shard { get; init; }
    public long? Seq { get; init; }
}
