using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecny.Contracts.Institutions;

/// <summary>Strict JSON of institutions, for what people write (the bootstrap file, requests): a typo must not pass.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(Institution))]
[JsonSerializable(typeof(List<Institution>))]
public sealed partial class InstitutionJson : JsonSerializerContext;

/// <summary>JSON of the feed and of copies: fields that we do not know are passed over, so that services of two versions work together.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InstitutionChanges))]
public sealed partial class InstitutionFeedJson : JsonSerializerContext;
