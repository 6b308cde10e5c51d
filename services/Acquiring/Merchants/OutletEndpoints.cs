using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Merchants;

/// <summary>Stores (门店) and terminals (终端) of a merchant.</summary>
public static class OutletEndpoints
{
    public static void MapOutlets(this IEndpointRouteBuilder app)
    {
        var stores = app.MapGroup("/v1/stores").WithTags("Merchants");
        stores.MapPost("", RegisterStore).Allow(Role.Acquirer)
            .Describes<StoreRequest, StoreObject>(201, "Register a store of a merchant");
        stores.MapGet("", ListStores).Allow(Role.Acquirer)
            .Describes<ListPage<StoreObject>>("List the stores of ?merchantNo=", "merchantNo!", "limit", "cursor");
        var terminals = app.MapGroup("/v1/terminals").WithTags("Merchants");
        terminals.MapPost("", RegisterTerminal).Allow(Role.Acquirer)
            .Describes<TerminalRequest, TerminalObject>(201, "Register a terminal in a store");
        terminals.MapGet("", ListTerminals).Allow(Role.Acquirer)
            .Describes<ListPage<TerminalObject>>("List the terminals of ?merchantNo=", "merchantNo!", "limit", "cursor");
    }

    private static async Task RegisterStore(HttpContext http, MerchantBook book, OutletStore outlets)
    {
        var body = await http.ReadBody(AcquiringJson.Default.StoreRequest);
        Field.Check(
            Field.RequestNo("requestNo", body.RequestNo),
            Field.RequestNo("merchantNo", body.MerchantNo),
            Field.RequestNo("storeNo", body.StoreNo),
            Field.Text("name", body.Name, 128),
            Field.OptionalRequestNo("district", body.District));
        await Own(http, book, body.MerchantNo);
        var fingerprint = Hashing.Fingerprint("/v1/stores", body.MerchantNo, body.StoreNo, body.Name, body.District);
        var registered = await outlets.Register(new Store(body.MerchantNo, body.StoreNo, body.RequestNo, body.Name, body.District, default), http.Caller().Institution, fingerprint, http.RequestAborted);
        book.Evict(body.MerchantNo);
        await Registration.Answer(http, registered, "storeNo", store => $"/v1/stores?merchantNo={store.MerchantNo}", StoreObject.Of, AcquiringJson.Default.StoreObject);
    }

    private static async Task RegisterTerminal(HttpContext http, MerchantBook book, OutletStore outlets)
    {
        var body = await http.ReadBody(AcquiringJson.Default.TerminalRequest);
        Field.Check(
            Field.RequestNo("requestNo", body.RequestNo),
            Field.RequestNo("merchantNo", body.MerchantNo),
            Field.RequestNo("storeNo", body.StoreNo),
            Field.RequestNo("terminalNo", body.TerminalNo),
            Field.OptionalText("type", body.Type, 32),
            Field.OptionalText("serialNo", body.SerialNo, 64));
        var profile = await Own(http, book, body.MerchantNo);
        if (profile.Store(body.StoreNo) is null && (await book.Reload(body.MerchantNo, http.RequestAborted))?.Store(body.StoreNo) is null)
            throw new ApiException(ApiCode.STORE_UNKNOWN, "storeNo");
        var fingerprint = Hashing.Fingerprint("/v1/terminals", body.MerchantNo, body.StoreNo, body.TerminalNo, body.Type, body.SerialNo);
        var terminal = new Terminal(body.MerchantNo, body.TerminalNo, body.StoreNo, body.RequestNo, body.Type, body.SerialNo, default);
        var registered = await outlets.Register(terminal, http.Caller().Institution, fingerprint, http.RequestAborted);
        book.Evict(body.MerchantNo);
        await Registration.Answer(http, registered, "terminalNo", known => $"/v1/terminals?merchantNo={known.MerchantNo}", TerminalObject.Of, AcquiringJson.Default.TerminalObject);
    }

    private static async Task ListStores(HttpContext http, MerchantStore merchants, OutletStore outlets)
    {
        var (merchantNo, page) = await OwnOfQuery(http, merchants);
        var items = (await outlets.Stores(merchantNo, http.RequestAborted)).Where(store => string.CompareOrdinal(store.StoreNo, page.After) > 0)
            .OrderBy(store => store.StoreNo, StringComparer.Ordinal).Select(StoreObject.Of).ToList();
        await http.WriteJson(200, Cut(items, page.Limit, store => store.StoreNo), AcquiringJson.Default.ListPageStoreObject);
    }

    private static async Task ListTerminals(HttpContext http, MerchantStore merchants, OutletStore outlets)
    {
        var (merchantNo, page) = await OwnOfQuery(http, merchants);
        var items = (await outlets.Terminals(merchantNo, http.RequestAborted)).Where(terminal => string.CompareOrdinal(terminal.TerminalNo, page.After) > 0)
            .OrderBy(terminal => terminal.TerminalNo, StringComparer.Ordinal).Select(TerminalObject.Of).ToList();
        await http.WriteJson(200, Cut(items, page.Limit, terminal => terminal.TerminalNo), AcquiringJson.Default.ListPageTerminalObject);
    }

    private static ListPage<T> Cut<T>(List<T> items, int limit, Func<T, string> key) =>
        items.Count > limit ? new(items.GetRange(0, limit), Page.Cursor(key(items[limit - 1]))) : new(items, null);

    private static async Task<MerchantProfile> Own(HttpContext http, MerchantBook book, string merchantNo)
    {
        var profile = await book.Find(merchantNo, http.RequestAborted);
        return profile is not null && profile.Merchant.Acquirer == http.Caller().Institution ? profile : throw new ApiException(ApiCode.MERCHANT_UNKNOWN, "merchantNo");
    }

    private static async Task<(string MerchantNo, (string After, int Limit) Page)> OwnOfQuery(HttpContext http, MerchantStore merchants)
    {
        var merchantNo = Query.Number(http, "merchantNo");
        if ((await merchants.Find(merchantNo, http.RequestAborted))?.Acquirer != http.Caller().Institution) throw new ApiException(ApiCode.NOT_FOUND);
        return (merchantNo, (Page.Cursor(http) ?? "", Page.Limit(http)));
    }
}
