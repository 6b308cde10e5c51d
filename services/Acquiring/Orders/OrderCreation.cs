using System.Globalization;
using System.Text.RegularExpressions;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Payments;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Ecny.Acquiring.Orders;

/// <summary>Creates orders; a repetition gives the same order as it stands now.</summary>
public sealed partial class OrderCreation(OrderStore orders, OrderDesk desk, MerchantBook merchants, AddressRules addresses, TimeProvider clock, IOptions<AcquiringOptions> options)
{
    public const int MaxSubject = 128;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(15);
    /// <summary>A clock that is a little off, and the way here, do not make a minute too short.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task<(OrderObject Order, bool Replayed)> Create(string acquirer, OrderRequest body, CancellationToken cancel)
    {
        var expiresAt = ReadTime(body.ExpiresAt);
        Field.Check(
            Field.RequestNo("merchantNo", body.MerchantNo),
            Field.RequestNo("merchantOrderNo", body.MerchantOrderNo),
            Field.Amount("amount", body.Amount),
            Field.Text("subject", body.Subject, MaxSubject),
            Field.Must(body.ExpiresAt is null || expiresAt is not null, "expiresAt", "必须是带时区的 RFC 3339 时间", "must be an RFC 3339 time with offset"),
            Field.OptionalUrl("notifyUrl", body.NotifyUrl) ?? addresses.Check("notifyUrl", body.NotifyUrl),
            PaymentRules.Scenario("scenario", body.Scenario),
            Field.OptionalText("attach", body.Attach, PaymentRules.MaxAttach));
        var profile = await merchants.Find(body.MerchantNo, cancel);
        if (profile is null || profile.Merchant.Acquirer != acquirer) throw new ApiException(ApiCode.MERCHANT_UNKNOWN, "merchantNo");

        var key = OnceKey.Order(acquirer, body.MerchantNo, body.MerchantOrderNo);
        var fingerprint = Hashing.Fingerprint("/v1/orders", body.MerchantNo, body.MerchantOrderNo, body.Amount.ToString(CultureInfo.InvariantCulture), body.Subject,
            expiresAt is { } given ? Moment.Micros(given).ToString(CultureInfo.InvariantCulture) : null, body.NotifyUrl, body.Scenario, body.Attach);
        if (await orders.FindWithFingerprint(key.Value, cancel) is { } known) return await Known(known.Order, known.Fingerprint, fingerprint);

        // Only a new order is measured by the clock: a repetition may come when the order is long over.
        if (profile.Merchant.Status != MerchantStatus.ACTIVE) throw new ApiException(ApiCode.MERCHANT_SUSPENDED, "merchantNo");
        var now = clock.GetUtcNow();
        expiresAt ??= now + options.Value.OrderExpiry;
        Field.Check(Field.Must(expiresAt >= now + Shortest - Grace && expiresAt <= now + Longest + Grace, "expiresAt", "必须在 1 分钟到 15 天之内", "must be 1 minute to 15 days from now"));
        // A one-step payment has used the number: what it paid may be something else.
        if (await desk.Paid(key) is not null) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "merchantOrderNo");

        var inserted = await orders.Insert(new Order
        {
            Id = key.Value,
            Acquirer = acquirer,
            MerchantNo = body.MerchantNo,
            MerchantOrderNo = body.MerchantOrderNo,
            Amount = body.Amount,
            Subject = body.Subject,
            Scenario = body.Scenario,
            NotifyUrl = body.NotifyUrl,
            Attach = body.Attach,
            ExpiresAt = expiresAt.Value,
            CreatedAt = now,
        }, fingerprint, cancel);
        if (inserted is not null) return (OrderObject.Of(inserted, new OrderStanding(OrderStatus.WAIT_PAY, null)), false);
        var raced = await orders.FindWithFingerprint(key.Value, cancel) ?? throw new InvalidOperationException($"Order {key.Value:N} was there and is gone.");
        return await Known(raced.Order, raced.Fingerprint, fingerprint);
    }

    private async Task<(OrderObject Order, bool Replayed)> Known(Order order, long storedFingerprint, long fingerprint) => storedFingerprint == fingerprint
        ? (OrderObject.Of(order, await desk.Standing(order)), true)
        : throw new ApiException(ApiCode.REQUEST_NO_REUSED, "merchantOrderNo");

    private static DateTimeOffset? ReadTime(string? text) =>
        text is not null && Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
