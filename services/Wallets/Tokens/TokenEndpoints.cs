using System.Globalization;
using System.Security.Cryptography;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Ecny.Wallets.Hosting;
using Ecny.Wallets.Numbers;
using Ecny.Wallets.Profiles;

namespace Ecny.Wallets.Tokens;

/// <summary><c>/v1/wallets/{walletId}/tokens</c>: a merchant's acquirer may charge the wallet with it until it is revoked (子钱包快付).</summary>
public static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/wallets/{walletId}/tokens", Issue).Allow(Role.Operator)
            .Describes<TokenRequest, TokenView>(201, "Issue a token with which one merchant may charge the wallet").WithTags("Tokens");
        app.MapPost("/v1/wallets/{walletId}/tokens/{token}/revoke", Revoke).Allow(Role.Operator)
            .Describes<TokenRevokeRequest, TokenView>(200, "Revoke a token").WithTags("Tokens");
    }

    private static async Task Issue(HttpContext http, OwnWallets own, LedgerClient ledger, WalletKeys keys, string walletId)
    {
        var caller = http.Caller();
        var wallet = own.InPath(caller, walletId);
        var body = await http.ReadBody(WalletsJson.Default.TokenRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo), Field.Id("merchantNo", body.MerchantNo),
            Field.OptionalAmount("perPaymentAmount", body.PerPaymentAmount), Field.OptionalAmount("perDayAmount", body.PerDayAmount));
        var id = TransferId.Of(caller.Institution, NumberKind.Token, body.RequestNo);
        var token = TokenOf(keys.TokenKey, id);
        await http.Settle(ledger, new TokenCommand
        {
            Id = id, Institution = caller.Institution, Number = body.RequestNo, NotAfterMicros = long.MaxValue, TraceParent = Clock.TraceParent,
            Fingerprint = Hashing.Fingerprint("token", walletId, body.MerchantNo, Text(body.PerPaymentAmount), Text(body.PerDayAmount)),
            Context = new EntryContext { Merchant = body.MerchantNo }.ToJson(),
            Token = token, Wallet = wallet, MerchantNo = body.MerchantNo, PerPayment = body.PerPaymentAmount ?? 0, PerDay = body.PerDayAmount ?? 0,
        }, Refused);
        await http.WriteJson(StatusCodes.Status201Created, new TokenView { Token = token.ToString("N"), Status = "ACTIVE", MerchantNo = body.MerchantNo }, WalletsJson.Default.TokenView);
    }

    private static async Task Revoke(HttpContext http, OwnWallets own, LedgerClient ledger, string walletId, string token)
    {
        var caller = http.Caller();
        var wallet = own.InPath(caller, walletId);
        if (!Guid.TryParseExact(token, "N", out var value)) throw new ApiException(ApiCode.NOT_FOUND);
        var body = await http.ReadBody(WalletsJson.Default.TokenRevokeRequest);
        Field.Check(Field.RequestNo("requestNo", body.RequestNo));
        await http.Settle(ledger, new TokenCommand
        {
            Id = TransferId.Of(caller.Institution, NumberKind.TokenRevoke, body.RequestNo), Institution = caller.Institution, Number = body.RequestNo,
            NotAfterMicros = long.MaxValue, TraceParent = Clock.TraceParent, Fingerprint = Hashing.Fingerprint("token-revoke", walletId, token),
            Token = value, Wallet = wallet, MerchantNo = "", Revoke = true,
        }, Refused);
        await http.WriteJson(StatusCodes.Status200OK, new TokenView { Token = token, Status = "REVOKED" }, WalletsJson.Default.TokenView);
    }

    /// <summary>A function of the request's number and a secret: the repetition gets the same token, nobody else can guess it.</summary>
    private static Guid TokenOf(byte[] key, TransferId id)
    {
        Span<byte> message = stackalloc byte[22];
        "token:"u8.CopyTo(message);
        id.Value.TryWriteBytes(message[6..], bigEndian: true, out _);
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(key, message, mac);
        return new Guid(mac[..16], bigEndian: true);
    }

    private static ApiException Refused(Refusal refusal) => new(refusal is Refusal.WalletUnknown or Refusal.TokenUnknown ? ApiCode.NOT_FOUND : ApiCode.NOT_ALLOWED);

    private static string? Text(long? amount) => amount?.ToString(CultureInfo.InvariantCulture);
}

public sealed record TokenRequest
{
    public required string RequestNo { get; init; }
    public required string MerchantNo { get; init; }
    /// <summary>Most fen of one payment.</summary>
    public long? PerPaymentAmount { get; init; }
    /// <summary>Most fen of a calendar day (UTC+8).</summary>
    public long? PerDayAmount { get; init; }
}

public sealed record TokenRevokeRequest
{
    public required string RequestNo { get; init; }
}

public sealed record TokenView
{
    public required string Token { get; init; }
    /// <summary>ACTIVE or REVOKED.</summary>
    public required string Status { get; init; }
    public string? MerchantNo { get; init; }
}
