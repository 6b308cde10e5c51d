using System.Globalization;
using System.Security.Cryptography;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Orders;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Codes;

public sealed record StaticCodeRequest
{
    public required string RequestNo { get; init; }
    public required string MerchantNo { get; init; }
    public string? StoreNo { get; init; }
    /// <summary>Fen; where absent the payer enters the amount.</summary>
    public long? Amount { get; init; }
}

public sealed record StaticCodeObject(string CodeNo, string CodeContent, string RequestNo, string MerchantNo, string? StoreNo, long? Amount, string CreatedAt)
{
    public static StaticCodeObject Of(StaticCode code) => new(code.CodeNo, code.Content, code.RequestNo, code.MerchantNo, code.StoreNo, code.Amount, Moment.Text(code.CreatedAt));
}

/// <summary>What a payer's operator shows before the payer agrees.</summary>
/// <param name="Kind">STATIC or ORDER.</param>
/// <param name="Amount">Fen; null where the payer enters it.</param>
public sealed record ScannedCode(string Kind, string MerchantNo, string MerchantName, string? StoreNo, long? Amount, string? OrderNo, string? Subject, string? ExpiresAt);

/// <summary>Codes that a payer scans (收款码).</summary>
public static class CodeEndpoints
{
    public static void MapCodes(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/v1/codes").WithTags("Codes");
        group.MapPost("/static", Create).Allow(Role.Acquirer)
            .Describes<StaticCodeRequest, StaticCodeObject>(201, "Create a static code of a merchant");
        group.MapGet("/static/{codeNo}", Get).Allow(Role.Acquirer)
            .Describes<StaticCodeObject>("Read a static code");
        group.MapGet("/scan", Scan).Allow(Role.Operator)
            .Describes<ScannedCode>("What the code ?content= asks for, for the payer's operator to show", "content!");
    }

    private static async Task Create(HttpContext http, MerchantBook book, StaticCodeStore codes)
    {
        var body = await http.ReadBody(AcquiringJson.Default.StaticCodeRequest);
        Field.Check(
            Field.RequestNo("requestNo", body.RequestNo),
            Field.RequestNo("merchantNo", body.MerchantNo),
            Field.OptionalRequestNo("storeNo", body.StoreNo),
            Field.OptionalAmount("amount", body.Amount));
        var acquirer = http.Caller().Institution;
        var profile = await book.Find(body.MerchantNo, http.RequestAborted);
        if (profile is not null && body.StoreNo is not null && profile.Store(body.StoreNo) is null) profile = await book.Reload(body.MerchantNo, http.RequestAborted);
        if (profile is null || profile.Merchant.Acquirer != acquirer) throw new ApiException(ApiCode.MERCHANT_UNKNOWN, "merchantNo");
        if (body.StoreNo is not null && profile.Store(body.StoreNo) is null) throw new ApiException(ApiCode.STORE_UNKNOWN, "storeNo");
        var fingerprint = Hashing.Fingerprint("/v1/codes/static", body.MerchantNo, body.StoreNo, body.Amount?.ToString(CultureInfo.InvariantCulture));
        var code = new StaticCode(RandomNumberGenerator.GetHexString(24, lowercase: true), body.MerchantNo, body.StoreNo, body.Amount, acquirer, body.RequestNo, default);
        var registered = await codes.Register(code, fingerprint, http.RequestAborted);
        await Registration.Answer(http, registered, "requestNo", known => $"/v1/codes/static/{known.CodeNo}", StaticCodeObject.Of, AcquiringJson.Default.StaticCodeObject);
    }

    private static async Task Get(string codeNo, HttpContext http, StaticCodeStore codes)
    {
        var code = await codes.Find(codeNo, http.RequestAborted);
        if (code is null || code.Acquirer != http.Caller().Institution) throw new ApiException(ApiCode.NOT_FOUND);
        await http.WriteJson(200, StaticCodeObject.Of(code), AcquiringJson.Default.StaticCodeObject);
    }

    private static async Task Scan(HttpContext http, StaticCodeStore codes, OrderStore orders, MerchantBook book)
    {
        if (!CodeContent.TryParse(Page.Query(http, "content") ?? "", out var kind, out var number)) throw new ApiException(ApiCode.NOT_FOUND);
        var shown = kind == CodeKind.Static
            ? await Of(await codes.Find(number, http.RequestAborted), book, http.RequestAborted)
            : await Of(Guid.TryParseExact(number, "N", out var id) ? await orders.Find(id, http.RequestAborted) : null, book, http.RequestAborted);
        await http.WriteJson(200, shown ?? throw new ApiException(ApiCode.NOT_FOUND), AcquiringJson.Default.ScannedCode);
    }

    private static async Task<ScannedCode?> Of(StaticCode? code, MerchantBook book, CancellationToken cancel) =>
        code is not null && await book.Find(code.MerchantNo, cancel) is { } profile
            ? new ScannedCode("STATIC", code.MerchantNo, profile.Merchant.Name, code.StoreNo, code.Amount, null, null, null)
            : null;

    private static async Task<ScannedCode?> Of(Order? order, MerchantBook book, CancellationToken cancel) =>
        order is not null && await book.Find(order.MerchantNo, cancel) is { } profile
            ? new ScannedCode("ORDER", order.MerchantNo, profile.Merchant.Name, null, order.Amount, order.OrderNo, order.Subject, Moment.Text(order.ExpiresAt))
            : null;
}
