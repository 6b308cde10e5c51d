using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.States;

/// <summary>
/// Stop of payments by order of law (止付): in only, until the term ends by itself. Matched by the token of the holder's name, which is compared here and never told.
/// Until the end the operator cannot lift it. Idempotent by the order's number.
/// </summary>
public static class LawfulStopEndpoint
{
    private const int MostSeconds = 30 * 24 * 3600;

    public static void MapLawfulStops(this IEndpointRouteBuilder app) => app.MapPost("/v1/wallets/{walletId}/lawful-stops", Stop).Allow(Role.Service).OwnKeyOnly()
        .Describes<LawfulStopRequest, LawfulStopView>(200, "Stop a wallet by order of law, if the name token is its holder's").WithTags("Wallets");

    private static async Task Stop(HttpContext http, ProfileStore profiles, LawfulStopStore stops, LedgerClient ledger, TimeProvider time, string walletId)
    {
        var body = await http.ReadBody(WalletsJson.Default.LawfulStopRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("nameToken", body.NameToken), Field.Id("authority", body.Authority), Field.Id("documentNo", body.DocumentNo),
            Field.Must(body.DurationSeconds is >= 1 and <= MostSeconds, "durationSeconds", "必须是 1 到 2592000 的整数秒", "must be 1 to 2592000 seconds"));
        if (!WalletNumber.TryParse(walletId, out var wallet)) throw new ApiException(ApiCode.NOT_FOUND);
        var view = Matches(await profiles.Get(wallet), body.NameToken)
            ? await CarryOut(http, stops, ledger, time, wallet, body)
            : new LawfulStopView { WalletId = walletId, Status = "NO_MATCH" };
        await http.WriteJson(StatusCodes.Status200OK, view, WalletsJson.Default.LawfulStopView);
    }

    private static bool Matches(Profile? profile, string nameToken) =>
        profile?.NameToken is { } held && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(held), Encoding.UTF8.GetBytes(nameToken));

    private static async Task<LawfulStopView> CarryOut(HttpContext http, LawfulStopStore stops, LedgerClient ledger, TimeProvider time, long wallet, LawfulStopRequest body)
    {
        var institution = http.Caller().Institution;
        var fingerprint = Hashing.Fingerprint("lawful-stop", WalletNumber.Text(wallet), body.NameToken, body.DurationSeconds.ToString(CultureInfo.InvariantCulture), body.Authority, body.DocumentNo);
        await using var held = await stops.Lock(wallet, http.RequestAborted);
        var known = await held.Find(institution, body.RequestNo);
        if (known is not null && known.Fingerprint != fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        if (known?.StoppedMicros is not null)
        {
            http.MarkReplayed();
            return View(known);
        }
        var before = await ledger.Wallet(wallet, http.RequestAborted);
        if (before is null || before.StateAt(time.NowMicros()) is WalletState.Processing or WalletState.Rejected or WalletState.Closed)
            return new LawfulStopView { WalletId = WalletNumber.Text(wallet), Status = "NOT_OPEN" };
        var begun = new LawfulStop
        {
            Institution = institution, RequestNo = body.RequestNo, Fingerprint = fingerprint, Wallet = wallet, BalanceBefore = before.Available,
            ExpiresMicros = time.NowMicros() + body.DurationSeconds * 1_000_000L,
        };
        var id = TransferId.Of(institution, NumberKind.WalletState, body.RequestNo);
        long stopped;
        if (known is not null && await ledger.Find(id, http.RequestAborted) is { Outcome: var happened })
        {
            // Begun before, decided, and its answer lost.
            (begun, stopped) = (known, happened.AtMicros);
        }
        else
        {
            await (known is null ? held.Begin(begun) : held.Renew(begun));
            stopped = Needed(before, begun.ExpiresMicros, time.NowMicros()) is { } state ? await Decide(http, ledger, begun, id, state, body) : time.NowMicros();
        }
        var after = await ledger.Wallet(wallet, http.RequestAborted) ?? throw new ApiException(ApiCode.UNAVAILABLE);
        var done = begun with { StoppedMicros = stopped, BalanceAfter = after.Available };
        await held.End(done);
        return View(done);
    }

    /// <summary>The state to be set; null for a wallet that cannot pay for that long anyway. One that is frozen or lost stays so, as long as the stop at least.</summary>
    private static WalletState? Needed(WalletSnapshot wallet, long expiresMicros, long now)
    {
        var state = wallet.StateAt(now);
        if (state == WalletState.Normal) return WalletState.ReceiveOnly;
        var ends = wallet.StateExpiresAtMicros > now ? wallet.StateExpiresAtMicros : 0;
        return ends != 0 && ends < expiresMicros ? state : null;
    }

    private static async Task<long> Decide(HttpContext http, LedgerClient ledger, LawfulStop begun, TransferId id, WalletState state, LawfulStopRequest body)
    {
        var outcome = await http.Settle(ledger, new WalletStateCommand
        {
            Id = id, Institution = begun.Institution, Number = begun.RequestNo, Fingerprint = Hashing.Fingerprint("lawful-stop", begun.RequestNo), NotAfterMicros = long.MaxValue,
            Context = new EntryContext { Reason = $"STOP_PAYMENT {body.DocumentNo}", Authority = body.Authority, ExpiresAt = Clock.At(begun.ExpiresMicros).ToString("O", CultureInfo.InvariantCulture) }.ToJson(),
            TraceParent = Clock.TraceParent, Wallet = begun.Wallet, State = state, ExpiresAtMicros = begun.ExpiresMicros,
        }, static _ => new ApiException(ApiCode.STATE_CONFLICT));
        return outcome.AtMicros;
    }

    private static LawfulStopView View(LawfulStop done) => new()
    {
        WalletId = WalletNumber.Text(done.Wallet), Status = "STOPPED", StoppedAt = Clock.At(done.StoppedMicros!.Value), ExpiresAt = Clock.At(done.ExpiresMicros),
        BalanceBeforeAmount = done.BalanceBefore, BalanceAfterAmount = done.BalanceAfter,
    };
}
