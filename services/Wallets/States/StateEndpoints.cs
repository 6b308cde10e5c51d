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

    private static async Task Change(HttpContext http, OwnWallets own, LedgerClient ledger, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        var body = await http.ReadBody(WalletsJson.Default.WalletStateRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.OneOf("state", body.State, WalletWords.Settable), Field.Text("reason", body.Reason, 128),
            Field.OptionalId("authority", body.Authority));
        var expires = body.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture);
        var context = new EntryContext { Reason = body.Reason, Authority = body.Authority, ExpiresAt = expires };
        await Apply(http, ledger, wallet, WalletWords.StateOf(body.State), body.RequestNo, context,
            Hashing.Fingerprint("wallet-state", walletId, body.State, body.Reason, body.Authority, expires));
    }

    private static async Task Close(HttpContext http, OwnWallets own, LedgerClient ledger, string walletId)
    {
        var wallet = own.InPath(http.Caller(), walletId);
        var body = await http.ReadBody(WalletsJson.Default.CloseWalletRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo));
        await Apply(http, ledger, wallet, WalletState.Closed, body.RequestNo, new EntryContext(), Hashing.Fingerprint("wallet-close", walletId));
    }

    private static async Task Apply(HttpContext http, LedgerClient ledger, long wallet, WalletState state, string requestNo, EntryContext context, long fingerprint)
    {
        var institution = http.Caller().Institution;
        var id = TransferId.Of(institution, NumberKind.WalletState, requestNo);
        var before = await ledger.Wallet(wallet, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        // A wallet that was never verified cannot be made normal by its operator. A repetition of an earlier change still gets its answer.
        if (before.State is WalletState.Processing or WalletState.Rejected or WalletState.DeepFrozen && await ledger.Find(id, http.RequestAborted) is null)
            throw new ApiException(ApiCode.STATE_CONFLICT);
        var outcome = Answers.Accept(await ledger.Decide(new WalletStateCommand
        {
            Id = id, Institution = institution, Number = requestNo, Fingerprint = fingerprint, NotAfterMicros = long.MaxValue,
            Context = context.ToJson(), TraceParent = Clock.TraceParent, Wallet = wallet, State = state,
        }, http.RequestAborted), static refusal => new ApiException(refusal == Refusal.WalletUnknown ? ApiCode.NOT_FOUND : ApiCode.STATE_CONFLICT));
        if (outcome.Status == OutcomeStatus.Processing) throw new ApiException(ApiCode.UNAVAILABLE);
        if (outcome.Replayed) http.MarkReplayed();
        var now = await ledger.Wallet(wallet, http.RequestAborted) ?? throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(StatusCodes.Status200OK, WalletEndpoints.ViewOf(now), WalletsJson.Default.WalletView);
    }
}
