using System.Globalization;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.Codes;

/// <summary><c>POST /v1/wallets/{walletId}/pay-codes</c>: a code (付款码) for one success within one minute.</summary>
public static class PayCodeEndpoint
{
    private const long LifeMicros = 60_000_000;

    public static void MapPayCodes(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/wallets/{walletId}/pay-codes", Create).Allow(Role.Operator)
            .Describes<PayCodeRequest, PayCodeView>(201, "Create a pay code: one success, one minute").WithTags("Pay codes");

    private static async Task Create(HttpContext http, OwnWallets own, PayCodes codes, PayCodeStore store, TimeProvider time, string walletId)
    {
        var caller = http.Caller();
        var wallet = own.InPath(caller, walletId);
        var body = await http.ReadBody(WalletsJson.Default.PayCodeRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.OptionalAmount("maxAmount", body.MaxAmount));
        // Codes count in milliseconds.
        var expires = (time.NowMicros() + LifeMicros) / 1000 * 1000;
        var asked = new IssuedCode(
            Hashing.Id((byte)NumberKind.PayCode, caller.Institution, body.RequestNo),
            Hashing.Fingerprint("pay-code", walletId, body.MaxAmount?.ToString(CultureInfo.InvariantCulture)),
            wallet, expires, codes.Create(new PayCode(wallet, expires, body.MaxAmount ?? 0)));
        var issued = await store.Issue(asked) ?? throw new ApiException(ApiCode.NOT_FOUND);
        if (issued.Fingerprint != asked.Fingerprint) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        if (issued.Code != asked.Code) http.MarkReplayed();
        await http.WriteJson(StatusCodes.Status201Created, new PayCodeView { PayCode = issued.Code, ExpiresAt = Clock.At(issued.ExpiresMicros) }, WalletsJson.Default.PayCodeView);
    }
}

public sealed record PayCodeRequest
{
    public required string RequestNo { get; init; }
    /// <summary>Most fen that may be paid with the code.</summary>
    public long? MaxAmount { get; init; }
}

public sealed record PayCodeView
{
    public required string PayCode { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}
