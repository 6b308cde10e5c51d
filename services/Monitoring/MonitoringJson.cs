using System.Text.Json;
using System.Text.Json.Serialization;
using Ecny.Monitoring.Indicators;
using Ecny.Monitoring.Live;
using Ecny.Monitoring.Reference;
using Ecny.Monitoring.Targets;

namespace Ecny.Monitoring;

/// <summary>Answers of this service: absent instead of null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndicatorsView))]
[JsonSerializable(typeof(IndicatorSeriesView))]
[JsonSerializable(typeof(TargetsView))]
[JsonSerializable(typeof(DistrictsView))]
[JsonSerializable(typeof(LiveView))]
public sealed partial class MonitoringJson : JsonSerializerContext;
