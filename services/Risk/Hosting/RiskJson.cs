using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ecny.Risk.Alerts;
using Ecny.Risk.Feeds;
using Ecny.Risk.Lists;
using Ecny.Risk.Orders;
using Ecny.Risk.Rules;
using Ecny.ServiceDefaults.Json;

namespace Ecny.Risk.Hosting;

/// <summary>Bodies of this service: strict in, absent instead of null out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertView))]
[JsonSerializable(typeof(AlertPage))]
[JsonSerializable(typeof(SignalView))]
[JsonSerializable(typeof(SignalPage))]
[JsonSerializable(typeof(RulePage))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(EndListingRequest))]
[JsonSerializable(typeof(ListingView))]
[JsonSerializable(typeof(ListingPage))]
[JsonSerializable(typeof(LawOrderRequest))]
[JsonSerializable(typeof(LawOrderView))]
[JsonSerializable(typeof(LawOrderPage))]
[JsonSerializable(typeof(LawfulStopRequest))]
[JsonSerializable(typeof(LawfulStopAnswer))]
public sealed partial class RiskJson : JsonSerializerContext
{
    /// <summary>A value as bytes to be kept; the same value gives the same bytes.</summary>
    internal static byte[] Bytes<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = StrictJson.Encoder })) JsonSerializer.Serialize(json, value, type);
        return buffer.WrittenSpan.ToArray();
    }
}
