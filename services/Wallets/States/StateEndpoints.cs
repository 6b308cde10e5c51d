using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.States;

/// <summary>A wallet's state (domain.md): changes are entries of the journal with reason, authority and expiry.</summary>
public static class StateEndpoints
{
    public static void MapStates(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/wallets/{walletId}/state", Change).Allow(Role.Operator).Describes<WalletStateRequest, WalletView>(200, "Change a wallet's state").WithTags("Wallets");
        app.MapPost("/v1/wallets/{walletId}/close", Close).Allow(Role.Operator).Describes<CloseWalletRequest, WalletView>(200, "Close an empty wallet for good").WithTags("Wallets");
    }

    private static async Task Change(HttpContext http, OwnWallets own, LedgerClient ledger, LawfulStopStore stops, TimeProvider time, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        var body = await http.ReadBody(WalletsJson.Default.WalletStateRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.OneOf("state", body.State, WalletWords.Settable), Field.Text("reason", body.Reason, 128),
            Field.OptionalId("authority", body.Authority),
            Field.Must(body.ExpiresAt is null || body.State != WalletWords.Of(WalletState.Normal), "expiresAt", "NORMAL 状态没有期限", "the state NORMAL has no term"));
        var expires = body.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture);
        var context = new EntryContext { Reason = body.Reason, Authority = body.Authority, ExpiresAt = expires };
        await Apply(http, ledger, stops, time, wallet, WalletWords.StateOf(body.State), body.ExpiresAt is { } at ? Clock.Micros(at) : 0, body.RequestNo, context,
            Hashing.Fingerprint("wallet-state", walletId, body.State, body.Reason, body.Authority, expires));
    }

    private static async Task Close(HttpContext http, OwnWallets own, LedgerClient ledger, LawfulStopStore stops, TimeProvider time, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        var body = await http.ReadBody(WalletsJson.Default.CloseWalletRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo));
        await Apply(http, ledger, stops, time, wallet, WalletState.Closed, 0, body.RequestNo, new EntryContext(), Hashing.Fingerprint("wallet-close", walletId));
    }

    private static async Task Apply(HttpContext http, LedgerClient ledger, LawfulStopStore stops, TimeProvider time, long wallet, WalletState state, long expiresMicros, string requestNo,
        EntryContext context, long fingerprint)
    {
        var institution = http.Caller().Institution;
        var id = TransferId.Of(institution, NumberKind.WalletState, requestNo);
        await using var held = await stops.Lock(wallet, http.RequestAborted);
        var before = await ledger.Wallet(wallet, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        // A wallet that was never verified cannot be made normal by its operator. A repetition of an earlier change still gets its answer.
        var conflict = before.State is WalletState.Processing or WalletState.Rejected or WalletState.DeepFrozen || Loosens(await held.StoppedUntil(), state, expiresMicros, time.NowMicros());
        var over = expiresMicros != 0 && expiresMicros <= time.NowMicros();
        if ((conflict || over) && await ledger.Find(id, http.RequestAborted) is null)
            throw conflict ? new ApiException(ApiCode.STATE_CONFLICT) : new ApiException([Field.Wrong("expiresAt", "必须晚于现在", "must be later than now")]);
        await http.Settle(ledger, new WalletStateCommand
        {
            Id = id, Institution = institution, Number = requestNo, Fingerprint = fingerprint, NotAfterMicros = long.MaxValue,
            Context = context.ToJson(), TraceParent = Clock.TraceParent, Wallet = wallet, State = state, ExpiresAtMicros = expiresMicros,
        }, static refusal => new ApiException(refusal == Refusal.WalletUnknown ? ApiCode.NOT_FOUND : ApiCode.STATE_CONFLICT));
        var now = await ledger.Wallet(wallet, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, WalletEndpoints.ViewOf(now, time.NowMicros()), WalletsJson.Default.WalletView);
    }

    /// <summary>What the law has stopped the operator cannot let go: until the stop ends it may only freeze, and not for less.</summary>
    private static bool Loosens(long stoppedUntil, WalletState state, long expiresMicros, long now) =>
        stoppedUntil > now && !(state is WalletState.Frozen or WalletState.Lost && (expiresMicros == 0 || expiresMicros >= stoppedUntil));
}
