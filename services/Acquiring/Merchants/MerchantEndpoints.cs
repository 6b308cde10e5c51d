using System.Globalization;
using System.Security.Cryptography;
using Ecny.Acquiring.Ledger;
using Ecny.Acquiring.Payments;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Merchants;

/// <summary>Merchants (商户) of an acquirer.</summary>
public static class MerchantEndpoints
{
    private const string DefaultScenario = "S09";

    public static void MapMerchants(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/merchants").WithTags("Merchants");
        group.MapPost("", Register).Allow(Role.Acquirer).OwnKeyOnly()
            .Describes<MerchantRequest, MerchantObject>(201, "Register a merchant. It is paid into walletId, which the ledger must know.");
        group.MapGet("", List).Allow(Role.Acquirer)
            .Describes<ListPage<MerchantObject>>("List one's merchants, or find one by ?requestNo=", "requestNo", "limit", "cursor");
        group.MapGet("/{merchantNo}", Get).Allow(Role.Acquirer)
            .Describes<MerchantObject>("Read a merchant");
        group.MapPost("/{merchantNo}/state", SetState).Allow(Role.Acquirer)
            .Describes<MerchantStateRequest, MerchantObject>(200, "Suspend a merchant or make it active again. A suspended merchant takes no new payments; refunds stay possible.");
    }

    private static async Task Register(HttpContext http, MerchantStore merchants, LedgerDesk ledger)
    {
        var body = await http.ReadBody(AcquiringJson.Default.MerchantRequest);
        Field.Check(
            Field.RequestNo("requestNo", body.RequestNo),
            Field.OptionalRequestNo("merchantNo", body.MerchantNo),
            Field.Text("name", body.Name, 128),
            Field.Id("walletId", body.WalletId),
            PaymentRules.Scenario("scenario", body.Scenario),
            Field.OptionalRequestNo("district", body.District),
            Field.Must(body.Mcc is null or [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9'], "mcc", "必须是 4 位数字", "must be four digits"));
        var acquirer = http.Caller().Institution;
        var fingerprint = Hashing.Fingerprint("/v1/merchants", body.MerchantNo, body.Name, body.WalletId, body.Scenario, body.District, body.Mcc);
        if (await merchants.FindByRequestNo(acquirer, body.RequestNo, http.RequestAborted) is var (known, print))
        {
            await Registration.Answer(http, print == fingerprint ? Registered.Known(known) : Registered.Reused<Merchant>(), "merchantNo", Location, MerchantObject.Of, AcquiringJson.Default.MerchantObject);
            return;
        }
        if (!WalletNumber.TryParse(body.WalletId, out var wallet) || !IsPayable(await ledger.Wallet(wallet))) throw new ApiException(ApiCode.WALLET_UNKNOWN, "walletId");

        Registered<Merchant> registered;
        do
        {
            registered = await merchants.Register(new Merchant
            {
                MerchantNo = body.MerchantNo ?? NewNumber(),
                Acquirer = acquirer,
                RequestNo = body.RequestNo,
                Name = body.Name,
                Wallet = wallet,
                Scenario = body.Scenario ?? DefaultScenario,
                District = body.District ?? "",
                Mcc = body.Mcc,
                Status = MerchantStatus.ACTIVE,
                CreatedAt = default,
            }, fingerprint, http.RequestAborted);
        }
        while (registered.NameTaken && body.MerchantNo is null);
        await Registration.Answer(http, registered, "merchantNo", Location, MerchantObject.Of, AcquiringJson.Default.MerchantObject);
    }

    private static async Task List(HttpContext http, MerchantStore merchants)
    {
        var acquirer = http.Caller().Institution;
        if (Page.Query(http, "requestNo") is { } requestNo)
        {
            Field.Check(Field.RequestNo("requestNo", requestNo));
            if (await merchants.FindByRequestNo(acquirer, requestNo, http.RequestAborted) is not var (merchant, _)) throw new ApiException(ApiCode.NOT_FOUND);
            await http.WriteJson(200, MerchantObject.Of(merchant), AcquiringJson.Default.MerchantObject);
            return;
        }
        var limit = Page.Limit(http);
        var found = await merchants.List(acquirer, Page.Cursor(http), limit + 1, http.RequestAborted);
        var next = found.Count > limit ? Page.Cursor(found[limit - 1].MerchantNo) : null;
        await http.WriteJson(200, new ListPage<MerchantObject>([.. found.Take(limit).Select(MerchantObject.Of)], next), AcquiringJson.Default.ListPageMerchantObject);
    }

    private static async Task Get(string merchantNo, HttpContext http, MerchantStore merchants)
    {
        var merchant = await merchants.Find(merchantNo, http.RequestAborted);
        if (merchant is null || merchant.Acquirer != http.Caller().Institution) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(200, MerchantObject.Of(merchant), AcquiringJson.Default.MerchantObject);
    }

    private static async Task SetState(string merchantNo, HttpContext http, MerchantStore merchants, MerchantBook book)
    {
        var body = await http.ReadBody(AcquiringJson.Default.MerchantStateRequest);
        Field.Check(Field.OneOf("status", body.Status, nameof(MerchantStatus.ACTIVE), nameof(MerchantStatus.SUSPENDED)));
        var merchant = await merchants.SetStatus(http.Caller().Institution, merchantNo, Enum.Parse<MerchantStatus>(body.Status), http.RequestAborted)
            ?? throw new ApiException(ApiCode.NOT_FOUND);
        book.Evict(merchantNo);
        await http.WriteJson(200, MerchantObject.Of(merchant), AcquiringJson.Default.MerchantObject);
    }

    /// <summary>Customers' wallets only: the platform's own accounts are nobody's till.</summary>
    private static bool IsPayable(WalletSnapshot? wallet) => wallet is { Class: <= WalletClass.Corporate, State: not (WalletState.Closed or WalletState.Rejected) };

    private static string Location(Merchant merchant) => $"/v1/merchants/{merchant.MerchantNo}";

    private static string NewNumber() => "M" + RandomNumberGenerator.GetInt32(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
}
