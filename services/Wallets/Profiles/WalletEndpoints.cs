using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;

namespace Ecny.Wallets.Profiles;

/// <summary><c>/v1/wallets</c>: open, get, search.</summary>
public static class WalletEndpoints
{
    public static void MapWallets(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/wallets", Open).Allow(Role.Operator).Describes<OpenWalletRequest, WalletView>(201, "Open a wallet").WithTags("Wallets");
        app.MapGet("/v1/wallets", Search).Allow(Role.Operator)
            .Describes<WalletPage>("The caller's wallets by one of its tokens, or one wallet by its requestNo", "requestNo", "personToken", "phoneToken", "organisationToken", "nameToken", "limit", "cursor")
            .WithTags("Wallets");
        app.MapGet("/v1/wallets/{walletId}", Get).Allow(Role.Operator).Describes<WalletView>("A wallet").WithTags("Wallets");
    }

    private static async Task Open(HttpContext http, OwnWallets own, ProfileStore profiles, WalletOpening opening)
    {
        var body = await http.ReadBody(WalletsJson.Default.OpenWalletRequest);
        Check(body);
        var caller = http.Caller();
        var asked = new Profile
        {
            Institution = caller.Institution, RequestNo = body.RequestNo, Class = WalletWords.ClassOf(body.Class), PersonToken = body.PersonToken,
            PhoneToken = body.PhoneToken, OrganisationToken = body.OrganisationToken, NameToken = body.NameToken, District = body.District ?? "",
            Fingerprint = Hashing.Fingerprint("wallet", body.Class, body.PersonToken, body.PhoneToken, body.OrganisationToken, body.NameToken, body.District),
        };
        var profile = await profiles.Open(asked, own.PrefixOf(caller));
        if (profile.Fingerprint != asked.Fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        var outcome = Answers.Accept(await opening.Open(profile), static refusal => throw new InvalidOperationException($"A new wallet was refused: {refusal}."));
        // The number is the caller's from now on; whether the ledger has opened it yet is not known.
        if (outcome.Status == OutcomeStatus.Processing) throw new ApiException(ApiCode.UNAVAILABLE);
        if (outcome.Replayed) http.MarkReplayed();
        var view = outcome.Replayed ? await Present(http, profile.Wallet) : FirstView(profile);
        await http.WriteCreated($"/v1/wallets/{view.WalletId}", view, WalletsJson.Default.WalletView);
    }

    private static async Task Get(HttpContext http, OwnWallets own, ProfileStore profiles, WalletOpening opening, LedgerClient ledger, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        if (await ledger.Wallet(wallet, http.RequestAborted) is null)
        {
            // Given a number and not opened yet: the opening is finished here and now.
            var profile = await profiles.Get(wallet) ?? throw new ApiException(ApiCode.NOT_FOUND);
            if ((await opening.Open(profile)).Status != OutcomeStatus.Settled) throw new ApiException(ApiCode.UNAVAILABLE);
        }
        await http.WriteJson(StatusCodes.Status200OK, await Present(http, wallet), WalletsJson.Default.WalletView);
    }

    private static async Task Search(HttpContext http, ProfileStore profiles)
    {
        var institution = http.Caller().Institution;
        if (Page.Query(http, "requestNo") is { } requestNo)
        {
            Field.Check(Field.RequestNo("requestNo", requestNo));
            var found = await profiles.FindByNumber(institution, requestNo) ?? throw new ApiException(ApiCode.NOT_FOUND);
            await http.WriteJson(StatusCodes.Status200OK, await Present(http, found.Wallet), WalletsJson.Default.WalletView);
            return;
        }
        var (kind, token) = TokenAsked(http);
        var limit = Page.Limit(http);
        var after = Page.Cursor(http) is { } cursor ? WalletNumber.TryParse(cursor, out var last) ? last : throw BadCursor() : 0;
        var page = await profiles.Search(institution, kind, token, after, limit);
        var views = await Task.WhenAll(page.Select(profile => Present(http, profile.Wallet)));
        await http.WriteJson(StatusCodes.Status200OK, new WalletPage
        {
            Items = views, NextCursor = page.Count == limit ? Page.Cursor(WalletNumber.Text(page[^1].Wallet)) : null,
        }, WalletsJson.Default.WalletPage);
    }

    /// <summary>The wallet as the ledger has it now. One that is being opened is PROCESSING.</summary>
    private static async Task<WalletView> Present(HttpContext http, long wallet)
    {
        var snapshot = await http.RequestServices.GetRequiredService<LedgerClient>().Wallet(wallet, http.RequestAborted);
        if (snapshot is not null) return ViewOf(snapshot, http.RequestServices.GetRequiredService<TimeProvider>().NowMicros());
        var profile = await http.RequestServices.GetRequiredService<ProfileStore>().Get(wallet) ?? throw new ApiException(ApiCode.NOT_FOUND);
        return FirstView(profile) with { Status = WalletWords.Of(WalletState.Processing) };
    }

    internal static WalletView ViewOf(WalletSnapshot snapshot, long nowMicros) => new()
    {
        WalletId = WalletNumber.Text(snapshot.Wallet), Status = WalletWords.Of(snapshot.StateAt(nowMicros)),
        StatusExpiresAt = snapshot.StateExpiresAtMicros > nowMicros ? Clock.At(snapshot.StateExpiresAtMicros) : null, Class = WalletWords.Of(snapshot.Class),
        District = snapshot.District.Length > 0 ? snapshot.District : null,
    };

    private static WalletView FirstView(Profile profile) => new()
    {
        WalletId = WalletNumber.Text(profile.Wallet), Class = WalletWords.Of(profile.Class), District = profile.District.Length > 0 ? profile.District : null,
        Status = WalletWords.Of(profile.Class == WalletClass.Corporate ? WalletState.Processing : WalletState.Normal),
    };

    private static void Check(OpenWalletRequest body)
    {
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.OneOf("class", body.Class, WalletWords.Classes), Field.OptionalId("personToken", body.PersonToken),
            Field.OptionalId("phoneToken", body.PhoneToken), Field.OptionalId("organisationToken", body.OrganisationToken), Field.OptionalId("nameToken", body.NameToken),
            Field.OptionalId("district", body.District));
        var needed = body.Class switch { "CORPORATE" => "organisationToken", "IV" => "phoneToken", _ => "personToken" };
        Field.Check(Owner("personToken", body.PersonToken, needed), Owner("phoneToken", body.PhoneToken, needed), Owner("organisationToken", body.OrganisationToken, needed));
    }

    private static FieldError? Owner(string field, string? value, string needed) => Field.Must((value is not null) == (field == needed), field,
        $"此类钱包须且只须提供 {needed}", $"a wallet of this class is opened with {needed} and no other owner's token");

    private static (ProfileToken Kind, string Token) TokenAsked(HttpContext http)
    {
        (ProfileToken Kind, string Name)[] kinds =
            [(ProfileToken.Person, "personToken"), (ProfileToken.Phone, "phoneToken"), (ProfileToken.Organisation, "organisationToken"), (ProfileToken.Name, "nameToken")];
        var given = kinds.Select(k => (k.Kind, k.Name, Token: Page.Query(http, k.Name))).Where(k => k.Token is not null).ToList();
        Field.Check(Field.Must(given.Count == 1, given.Count == 0 ? "personToken" : given[^1].Name, "须且只须给出一个令牌", "exactly one token must be given"));
        Field.Check(Field.Id(given[0].Name, given[0].Token));
        return (given[0].Kind, given[0].Token!);
    }

    private static ApiException BadCursor() => new([Field.Wrong("cursor", "必须是上一页的 nextCursor", "must be the nextCursor of the page before")]);
}
