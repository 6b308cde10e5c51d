using System.Globalization;
using Ecny.Acquiring.Codes;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Orders;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Payments;

/// <summary>
/// Turns a payment request into a ledger command. In the common case (merchant in memory, no order named) it reads no database and never waits.
/// </summary>
public sealed class PaymentIntake(MerchantBook merchants, StaticCodeStore codes, OrderStore orders, PayCodes payCodes, IInstitutionDirectory institutions, AddressRules addresses,
    TimeProvider clock, IOptions<AcquiringOptions> options)
{
    private const string Path = "/v1/payments";

    /// <exception cref="ApiException">The request is refused: nothing moved, nothing is remembered.</exception>
    public async ValueTask<PreparedPayment> Prepare(Caller caller, PaymentRequest request, CancellationToken cancel)
    {
        var method = PaymentRules.Check(caller, request);
        if (request.NotifyUrl is not null) Field.Check(addresses.Check("notifyUrl", request.NotifyUrl));
        var fingerprint = Hashing.Fingerprint(Path, request.Method, request.MerchantNo, request.StoreNo, request.TerminalNo, request.MerchantOrderNo,
            request.Amount.ToString(CultureInfo.InvariantCulture), request.Payer.PayCode ?? request.Payer.Token ?? request.Payer.WalletId,
            request.CodeContent, request.Scenario, request.Channel, request.NotifyUrl, request.Attach);
        var target = method == PaymentMethod.STATIC_CODE
            ? await Scanned(request.CodeContent!, request.Amount, cancel)
            : await Named(caller, request, cancel);
        return Build(caller, request, method, fingerprint, target);
    }

    /// <summary>The payer's operator pays an order by its number.</summary>
    public async ValueTask<PreparedPayment> Prepare(Caller caller, Order order, string requestNo, string walletId, CancellationToken cancel)
    {
        var target = await OfOrder(order, cancel);
        var fingerprint = Hashing.Fingerprint($"/v1/orders/{order.OrderNo}/pay", walletId);
        var request = new PaymentRequest { RequestNo = requestNo, Amount = order.Amount, Method = nameof(PaymentMethod.ORDER), Payer = new() { WalletId = walletId } };
        return Build(caller, request, PaymentMethod.ORDER, fingerprint, target);
    }

    private PreparedPayment Build(Caller caller, PaymentRequest request, PaymentMethod method, long fingerprint, Target target)
    {
        var payee = target.Profile.Merchant;
        var payer = PayerOf(caller, request, method);
        var context = new EntryContext
        {
            Scenario = request.Scenario ?? target.Order?.Scenario ?? payee.Scenario,
            Method = request.Method,
            Acquirer = payee.Acquirer,
            Merchant = payee.MerchantNo,
            Store = target.StoreNo,
            Terminal = request.TerminalNo,
            Channel = request.Channel,
            Order = target.Order?.MerchantOrderNo ?? request.MerchantOrderNo,
            MerchantDistrict = target.Profile.DistrictOf(target.StoreNo),
            NotifyUrl = target.Order?.NotifyUrl ?? request.NotifyUrl,
            Attach = target.Order?.Attach ?? request.Attach,
        };
        return new PreparedPayment
        {
            Command = new PaymentCommand
            {
                Id = TransferId.Of(caller.Institution, NumberKind.Payment, request.RequestNo),
                Institution = caller.Institution,
                Number = request.RequestNo,
                Fingerprint = fingerprint,
                NotAfterMicros = Moment.Micros(clock.GetUtcNow() + options.Value.NotAfter),
                Context = context.ToJson(),
                TraceParent = Tracing.SampledParent(),
                Once = OnceOf(context, payer.Once),
                Payer = payer.Wallet,
                Token = payer.Token,
                Payee = payee.Wallet,
                Amount = request.Amount,
                MerchantNo = payee.MerchantNo,
                OrderExpiresAtMicros = target.Order?.ExpiresAtMicros ?? 0,
                PayCodeExpiresAtMicros = payer.ExpiresAtMicros,
                PayCodeMaxAmount = payer.MaxAmount,
            },
            Context = context,
            Method = method,
            PayerField = PaymentRules.PayerField(method),
            Objection = target.Objection,
        };
    }

    private static IReadOnlyList<OnceKey> OnceOf(EntryContext context, OnceKey? payCode)
    {
        OnceKey? order = context.Order is null ? null : OnceKey.Order(context.Acquirer!, context.Merchant!, context.Order);
        return (order, payCode) switch
        {
            (null, null) => [],
            ({ } one, null) => [one],
            (null, { } other) => [other],
            ({ } one, { } other) => [one, other],
        };
    }

    private Payer PayerOf(Caller caller, PaymentRequest request, PaymentMethod method)
    {
        switch (method)
        {
            case PaymentMethod.PAY_CODE:
                if (!payCodes.TryRead(request.Payer.PayCode, out var code)) throw new ApiException(ApiCode.PAYER_UNKNOWN, "payer.payCode");
                return new Payer(code.Wallet, null, OnceKey.PayCode(request.Payer.PayCode!), code.ExpiresAtMicros, code.MaxAmount);
            case PaymentMethod.TOKEN:
                if (!Guid.TryParseExact(request.Payer.Token, "N", out var token)) throw new ApiException(ApiCode.PAYER_UNKNOWN, "payer.token");
                return new Payer(0, token, null, 0, 0);
            default:
                // A payer's operator speaks for its own wallets only.
                if (!WalletNumber.TryParse(request.Payer.WalletId, out var wallet) || !institutions.TryGet(caller.Institution, out var institution)
                    || institution.WalletPrefix != WalletNumber.PrefixOf(wallet))
                    throw new ApiException(ApiCode.PAYER_UNKNOWN, PaymentRules.PayerField(method));
                return new Payer(wallet, null, null, 0, 0);
        }
    }

    private async ValueTask<Target> Named(Caller caller, PaymentRequest request, CancellationToken cancel)
    {
        var profile = await merchants.Find(request.MerchantNo!, cancel);
        if (profile is not null && !PaymentRules.KnowsOutlet(profile, request)) profile = await merchants.Reload(request.MerchantNo!, cancel);
        if (profile is null || profile.Merchant.Acquirer != caller.Institution) throw new ApiException(ApiCode.MERCHANT_UNKNOWN, "merchantNo");
        PaymentRules.CheckOutlet(profile, request);

        var storeNo = request.StoreNo ?? (request.TerminalNo is null ? null : profile.Terminal(request.TerminalNo)!.StoreNo);
        if (request.MerchantOrderNo is null) return new Target(profile, storeNo, null, Suspended(profile));
        var order = await orders.Find(OnceKey.Order(caller.Institution, request.MerchantNo!, request.MerchantOrderNo).Value, cancel);
        var differs = order is not null && order.Amount != request.Amount ? new ApiException(ApiCode.ORDER_AMOUNT_DIFFERS, "amount") : null;
        return new Target(profile, storeNo, order, Suspended(profile) ?? differs);
    }

    private async ValueTask<Target> Scanned(string content, long amount, CancellationToken cancel)
    {
        if (!CodeContent.TryParse(content, out var kind, out var number)) throw new ApiException(ApiCode.CODE_UNKNOWN, "codeContent");
        if (kind == CodeKind.Order)
        {
            if (!Guid.TryParseExact(number, "N", out var id) || await orders.Find(id, cancel) is not { } order) throw new ApiException(ApiCode.CODE_UNKNOWN, "codeContent");
            if (order.Amount != amount) throw new ApiException(ApiCode.ORDER_AMOUNT_DIFFERS, "amount");
            return await OfOrder(order, cancel);
        }
        if (await codes.Find(number, cancel) is not { } code) throw new ApiException(ApiCode.CODE_UNKNOWN, "codeContent");
        if (code.Amount is { } due && due != amount) throw new ApiException(ApiCode.CODE_AMOUNT_DIFFERS, "amount");
        var profile = await Profile(code.MerchantNo, cancel);
        return new Target(profile, code.StoreNo, null, Suspended(profile));
    }

    private async ValueTask<Target> OfOrder(Order order, CancellationToken cancel)
    {
        var profile = await Profile(order.MerchantNo, cancel);
        return new Target(profile, null, order, Suspended(profile));
    }

    private async ValueTask<MerchantProfile> Profile(string merchantNo, CancellationToken cancel) =>
        await merchants.Find(merchantNo, cancel) ?? throw new InvalidOperationException($"Merchant {merchantNo} has a code or an order, but no row.");

    private static ApiException? Suspended(MerchantProfile profile) =>
        profile.Merchant.Status == MerchantStatus.ACTIVE ? null : new ApiException(ApiCode.MERCHANT_SUSPENDED, "merchantNo");

    private sealed record Target(MerchantProfile Profile, string? StoreNo, Order? Order, ApiException? Objection);

    private readonly record struct Payer(long Wallet, Guid? Token, OnceKey? Once, long ExpiresAtMicros, long MaxAmount);
}
