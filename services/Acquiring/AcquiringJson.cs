using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Acquiring.Codes;
using Ecny.Acquiring.Institutions;
using Ecny.Acquiring.Merchants;
using Ecny.Acquiring.Notifications;
using Ecny.Acquiring.Orders;
using Ecny.Acquiring.Payments;
using Ecny.Acquiring.Refunds;
using Ecny.Acquiring.Totals;

namespace Ecny.Acquiring;

/// <summary>JSON of this service: strict in, without absent members out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstitutionRequest))]
[JsonSerializable(typeof(InstitutionStateRequest))]
[JsonSerializable(typeof(InstitutionList))]
[JsonSerializable(typeof(MerchantRequest))]
[JsonSerializable(typeof(MerchantStateRequest))]
[JsonSerializable(typeof(StoreRequest))]
[JsonSerializable(typeof(TerminalRequest))]
[JsonSerializable(typeof(MerchantObject))]
[JsonSerializable(typeof(StoreObject))]
[JsonSerializable(typeof(TerminalObject))]
[JsonSerializable(typeof(ListPage<MerchantObject>))]
[JsonSerializable(typeof(ListPage<StoreObject>))]
[JsonSerializable(typeof(ListPage<TerminalObject>))]
[JsonSerializable(typeof(StaticCodeRequest))]
[JsonSerializable(typeof(StaticCodeObject))]
[JsonSerializable(typeof(ScannedCode))]
[JsonSerializable(typeof(PaymentRequest))]
[JsonSerializable(typeof(PaymentObject))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(CancelObject))]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(OrderPayRequest))]
[JsonSerializable(typeof(OrderCloseRequest))]
[JsonSerializable(typeof(OrderCancelRequest))]
[JsonSerializable(typeof(OrderObject))]
[JsonSerializable(typeof(ListPage<OrderObject>))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(RefundObject))]
[JsonSerializable(typeof(PaymentNotification))]
[JsonSerializable(typeof(RefundNotification))]
[JsonSerializable(typeof(NotificationObject))]
[JsonSerializable(typeof(ListPage<NotificationObject>))]
[JsonSerializable(typeof(NotificationReplayRequest))]
[JsonSerializable(typeof(FailedReplayRequest))]
[JsonSerializable(typeof(FailedReplayAnswer))]
[JsonSerializable(typeof(WebhookKeyList))]
[JsonSerializable(typeof(AcquiringTotals))]
public sealed partial class AcquiringJson : JsonSerializerContext;
