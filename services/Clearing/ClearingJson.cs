using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Clearing.BusinessDays;
using Ecny.Clearing.Reconciliations;

namespace Ecny.Clearing;

/// <summary>JSON of this service: strict in, without absent members out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BusinessDayObject))]
[JsonSerializable(typeof(ListPage<BusinessDaySummary>))]
[JsonSerializable(typeof(ReconciliationObject))]
[JsonSerializable(typeof(ListPage<ReconciliationObject>))]
[JsonSerializable(typeof(ListPage<BadLine>))]
[JsonSerializable(typeof(ListPage<DiscrepancyObject>))]
public sealed partial class ClearingJson : JsonSerializerContext;
