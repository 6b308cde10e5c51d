using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Detection;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;

namespace Ecny.Risk.Lists;

/// <summary><c>/v1/lists</c>: wallets that rule R24 looks for. Each institution keeps its own; public security and the platform may.</summary>
public static class ListEndpoints
{
    public static void MapLists(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/lists", Add).Allow(Role.PublicSecurity, Role.Platform).Describes<ListRequest, ListingView>(201, "Put a wallet on a list").WithTags("Lists");
        app.MapGet("/v1/lists", Find).Allow(Role.PublicSecurity, Role.Platform)
            .Describes<ListingPage>("Listings, newest first", "list", "walletId", "limit", "cursor").WithTags("Lists");
        app.MapGet("/v1/lists/{entryNo}", Get).Allow(Role.PublicSecurity, Role.Platform).Describes<ListingView>("A listing").WithTags("Lists");
        app.MapPost("/v1/lists/{entryNo}/end", End).Allow(Role.PublicSecurity, Role.Platform).Describes<EndListingRequest, ListingView>(200, "Take a wallet off a list").WithTags("Lists");
    }

    private static async Task Add(HttpContext http, ListingStore store, TimeProvider time)
    {
        var body = await http.ReadBody(RiskJson.Default.ListRequest);
        var now = time.GetUtcNow();
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("list", body.List), Field.Id("walletId", body.WalletId), Field.Text("reason", body.Reason, 128));
        if (!WalletNumber.TryParse(body.WalletId, out var wallet)) throw new ApiException(ApiCode.WALLET_UNKNOWN, "walletId");
        var institution = http.Caller().Institution;
        var asked = new Listing
        {
            Id = Guid.NewGuid(), Institution = institution, List = body.List, Wallet = wallet, Reason = body.Reason, ExpiresAt = body.ExpiresAt?.UtcDateTime,
            Fingerprint = Hashing.Fingerprint("list", body.List, body.WalletId, body.Reason, body.ExpiresAt?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)),
        };
        var (listing, known) = await store.Add(asked, body.RequestNo, now.UtcDateTime, body.ExpiresAt is { } until ? EntryMapping.Micros(until) : long.MaxValue) ?? throw new ApiException(ApiCode.ALREADY_EXISTS, "walletId");
        if (listing.Fingerprint != asked.Fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        if (known) http.MarkReplayed();
        var view = View(listing, now);
        await http.WriteCreated($"/v1/lists/{view.EntryNo}", view, RiskJson.Default.ListingView);
    }

    private static async Task End(HttpContext http, ListingStore store, TimeProvider time, string entryNo)
    {
        var body = await http.ReadBody(RiskJson.Default.EndListingRequest);
        Field.Check(Field.Text("reason", body.Reason, 128));
        var now = time.GetUtcNow();
        var (listing, known) = await store.End(Number(entryNo), http.Caller().Institution, body.Reason, now.UtcDateTime) ?? throw new ApiException(ApiCode.NOT_FOUND);
        if (known) http.MarkReplayed();
        await http.WriteJson(StatusCodes.Status200OK, View(listing, now), RiskJson.Default.ListingView);
    }

    private static async Task Get(HttpContext http, ListingStore store, TimeProvider time, string entryNo)
    {
        var caller = http.Caller();
        var listing = await store.Get(Number(entryNo));
        if (listing is null || (listing.Institution != caller.Institution && !caller.Has(Role.Platform))) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, View(listing, time.GetUtcNow()), RiskJson.Default.ListingView);
    }

    private static async Task Find(HttpContext http, ListingStore store, TimeProvider time)
    {
        var caller = http.Caller();
        var limit = Page.Limit(http);
        var (list, walletId, wallet) = (Page.Query(http, "list"), Page.Query(http, "walletId"), 0L);
        Field.Check(Field.OptionalId("list", list), Field.Must(walletId is null || WalletNumber.TryParse(walletId, out wallet), "walletId", "必须是 16 位钱包编号", "must be a wallet id of 16 digits"));
        var found = await store.Find(caller.Has(Role.Platform) ? null : caller.Institution, list, walletId is null ? null : wallet, Before(http), limit);
        await http.WriteJson(StatusCodes.Status200OK, new ListingPage
        {
            Items = [.. found.Select(listing => View(listing, time.GetUtcNow()))],
            NextCursor = found.Count == limit ? Page.Cursor(found[^1].Number.ToString(CultureInfo.InvariantCulture)) : null,
        }, RiskJson.Default.ListingPage);
    }

    private static Guid Number(string entryNo) => Guid.TryParseExact(entryNo, "N", out var id) ? id : throw new ApiException(ApiCode.NOT_FOUND);

    private static long Before(HttpContext http) => Page.Cursor(http) is not { } cursor ? long.MaxValue
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
        : throw new ApiException([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);

    private static ListingView View(Listing listing, DateTimeOffset now) => new()
    {
        EntryNo = listing.Id.ToString("N"), List = listing.List, WalletId = WalletNumber.Text(listing.Wallet), Institution = listing.Institution, Reason = listing.Reason,
        Status = listing.EndedAt is not null ? "ENDED" : listing.ExpiresAt <= now.UtcDateTime ? "EXPIRED" : "LISTED", CreatedAt = RiskWords.At(listing.CreatedAt),
        ExpiresAt = listing.ExpiresAt is { } until ? RiskWords.At(until) : null, EndedAt = listing.EndedAt is { } ended ? RiskWords.At(ended) : null, EndReason = listing.EndReason,
    };
}
