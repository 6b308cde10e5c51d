using System.Text.Json.Serialization;
using Ecny.Monitoring.Reference;

namespace Ecny.Monitoring.Targets;

/// <summary>A target of the city's plan (指标): what is measured, and the values it shall reach, each from a date on.</summary>
/// <param name="Unit">COUNT, or AMOUNT in fen.</param>
public sealed record Target(string Code, string Unit, Words Name, Words Definition, Measure Measure, IReadOnlyList<TargetValue> Values)
{
    /// <summary>The value that holds on a date; null before the first one.</summary>
    public TargetValue? On(DateOnly date) => Values.LastOrDefault(value => value.From <= date && (value.To is null || date <= value.To));
}

/// <summary>Which settled entries add up to the actual value.</summary>
/// <param name="Kinds">Entry kinds.</param>
/// <param name="Classes">Wallet classes of WALLET_OPEN; empty: all.</param>
/// <param name="Of">COUNT or AMOUNT.</param>
public sealed record Measure(IReadOnlyList<string> Kinds, IReadOnlyList<string> Classes, string Of);

/// <param name="To">Last day; null: until another value follows.</param>
public sealed record TargetValue(DateOnly From, long Value, DateOnly? To = null);

/// <summary>The shipped files, checked when they are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<Target>))]
[JsonSerializable(typeof(City))]
internal sealed partial class FilesJson : JsonSerializerContext;
