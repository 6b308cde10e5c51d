using System.Globalization;
using Ecny.Acquiring.Merchants;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Payments;

/// <summary>What a payment request must look like, and who may send it.</summary>
public static class PaymentRules
{
    public const int MaxAttach = 256, MaxChannel = 16;

    /// <summary>Checks form and permission; looks nothing up.</summary>
    public static PaymentMethod Check(Caller caller, PaymentRequest request)
    {
        var method = request.Method switch
        {
            "PAY_CODE" => PaymentMethod.PAY_CODE,
            "TOKEN" => PaymentMethod.TOKEN,
            "STATIC_CODE" => PaymentMethod.STATIC_CODE,
            "NFC" => PaymentMethod.NFC,
            "MANDATE" => PaymentMethod.MANDATE,
            _ => throw new ApiException([Field.OneOf("method", request.Method, "PAY_CODE", "TOKEN", "NFC", "MANDATE", "STATIC_CODE")!]),
        };
        var scanned = method == PaymentMethod.STATIC_CODE;
        if (!caller.Has(scanned ? Role.Operator : Role.Acquirer)) throw new ApiException(ApiCode.NOT_PERMITTED);
        var payer = request.Payer;
        Field.Check(
            Field.RequestNo("requestNo", request.RequestNo),
            Field.Amount("amount", request.Amount),
            scanned ? Absent("merchantNo", request.MerchantNo) : Field.RequestNo("merchantNo", request.MerchantNo),
            scanned ? Absent("storeNo", request.StoreNo) : Field.OptionalRequestNo("storeNo", request.StoreNo),
            scanned ? Absent("terminalNo", request.TerminalNo) : Field.OptionalRequestNo("terminalNo", request.TerminalNo),
            scanned ? Absent("merchantOrderNo", request.MerchantOrderNo) : Field.OptionalRequestNo("merchantOrderNo", request.MerchantOrderNo),
            scanned ? Field.Text("codeContent", request.CodeContent, Codes.CodeContent.MaxLength) : Absent("codeContent", request.CodeContent),
            Member("payer.payCode", payer.PayCode, method == PaymentMethod.PAY_CODE),
            Member("payer.token", payer.Token, method == PaymentMethod.TOKEN),
            Member("payer.nfc", payer.Nfc, method == PaymentMethod.NFC),
            Member("payer.mandateNo", payer.MandateNo, method == PaymentMethod.MANDATE),
            Member("payer.walletId", payer.WalletId, scanned),
            Scenario("scenario", request.Scenario),
            Field.OptionalText("channel", request.Channel, MaxChannel),
            Field.OptionalUrl("notifyUrl", request.NotifyUrl),
            Field.OptionalText("attach", request.Attach, MaxAttach));
        if (method is PaymentMethod.NFC or PaymentMethod.MANDATE) throw new ApiException(ApiCode.METHOD_NOT_OFFERED, "method");
        return method;
    }

    /// <summary>Absent, or one of the sixteen scenario codes S01 … S16.</summary>
    public static FieldError? Scenario(string field, string? value) => Field.Must(
        value is null || (value is ['S', '0' or '1', _] && int.TryParse(value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 16),
        field, "必须是 S01 到 S16", "must be S01 to S16");

    public static string PayerField(PaymentMethod method) => method switch
    {
        PaymentMethod.PAY_CODE => "payer.payCode",
        PaymentMethod.TOKEN => "payer.token",
        PaymentMethod.ORDER => "walletId",
        _ => "payer.walletId",
    };

    /// <summary>True when the store and terminal named are in the copy at hand, in the right place or not.</summary>
    public static bool KnowsOutlet(MerchantProfile profile, PaymentRequest request) =>
        (request.StoreNo is null || profile.Store(request.StoreNo) is not null) && (request.TerminalNo is null || profile.Terminal(request.TerminalNo) is not null);

    /// <exception cref="ApiException">STORE_UNKNOWN, TERMINAL_UNKNOWN: not there, or a terminal of another store.</exception>
    public static void CheckOutlet(MerchantProfile profile, PaymentRequest request)
    {
        if (request.StoreNo is { } store && profile.Store(store) is null) throw new ApiException(ApiCode.STORE_UNKNOWN, "storeNo");
        if (request.TerminalNo is not { } terminalNo) return;
        if (profile.Terminal(terminalNo) is not { } terminal || (request.StoreNo is not null && terminal.StoreNo != request.StoreNo))
            throw new ApiException(ApiCode.TERMINAL_UNKNOWN, "terminalNo");
    }

    private static FieldError? Member(string field, string? value, bool needed) => needed ? Field.Id(field, value) : Absent(field, value);

    private static FieldError? Absent(string field, string? value) =>
        value is null ? null : Field.Wrong(field, "此支付方式不能带该字段", "must be absent for this method");
}
