using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Clearing.BusinessDays;

namespace Ecny.Clearing;

/// <summary>JSON of this service: strict in, without absent members out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BusinessDayObject))]
[JsonSerializable(typeof(ListPage<BusinessDaySummary>))]
public sealed partial class ClearingJson : JsonSerializerContext;
