using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecny.Contracts.Errors;
using Ecny.Contracts.Json;

namespace Ecny.ServiceDefaults.Json;

/// <summary>Second, slow pass over a body that was refused: names every field that is wrong and says what is expected.</summary>
internal static class JsonDiagnosis
{
    private const int MaxErrors = 50;
    private const int MaxFieldName = 64;

    public static ApiException Explain(ReadOnlySpan<byte> body, JsonTypeInfo type)
    {
        JsonDocument document;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = type.Options.MaxDepth });
            document = JsonDocument.ParseValue(ref reader);
            using (document)
            {
                if (reader.Read()) return new ApiException(ApiCode.MALFORMED_JSON);
                var errors = new List<FieldError>();
                Walk(document.RootElement, type, "", errors);
                return errors.Count == 0 ? new ApiException(ApiCode.MALFORMED_JSON) : new ApiException(errors);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, not UTF-8, too deep, or more than one value.
            return new ApiException(ApiCode.MALFORMED_JSON);
        }
    }

    /// <summary>True when a string of the body has a control character: no field takes one, and U+0000 cannot be stored as text.</summary>
    public static bool HasControlCharacter(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && HasControl(reader.GetString()!)) return true;
        return false;
    }

    private static void Walk(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        if (errors.Count >= MaxErrors) return;
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                WalkObject(element, type, path, errors);
                break;
            case JsonTypeInfoKind.Object:
                errors.Add(Field.Wrong(Name(path), "必须是对象", "must be an object"));
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                var at = 0;
                foreach (var item in element.EnumerateArray())
                    Walk(item, type.Options.GetTypeInfo(type.ElementType!), string.Create(CultureInfo.InvariantCulture, $"{path}[{at++}]"), errors);
                break;
            case JsonTypeInfoKind.Enumerable:
                errors.Add(Field.Wrong(Name(path), "必须是数组", "must be an array"));
                break;
            default:
                WalkValue(element, type, path, errors);
                break;
        }
    }

    private static void WalkObject(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            JsonPropertyInfo? property = null;
            foreach (var candidate in type.Properties)
                if (candidate.Name == member.Name && candidate.Set is not null || candidate.Name == member.Name && candidate.AssociatedParameter is not null) property = candidate;
            if (property is null)
            {
                errors.Add(new FieldError(Shown(name), ApiCode.UNKNOWN_FIELD, "未定义的字段", "is not a field of this request"));
                continue;
            }
            if (!seen.Add(member.Name))
            {
                errors.Add(Field.Wrong(name, "字段重复", "appears more than once"));
                continue;
            }
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                if (!property.IsSetNullable || Nullable.GetUnderlyingType(property.PropertyType) is null && property.PropertyType.IsValueType)
                    errors.Add(Field.Wrong(name, "不能为 null", "must not be null"));
                continue;
            }
            Walk(member.Value, type.Options.GetTypeInfo(property.PropertyType), name, errors);
        }
        foreach (var property in type.Properties)
            if ((property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false }) && !seen.Contains(property.Name))
                errors.Add(Field.Wrong(path.Length == 0 ? property.Name : $"{path}.{property.Name}", "缺少必填字段", "is required"));
    }

    private static void WalkValue(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        if (element.ValueKind == JsonValueKind.String && HasControl(element.GetString()!))
        {
            errors.Add(Field.Wrong(Name(path), "不能含有控制字符", "must not have control characters"));
            return;
        }
        try
        {
            element.Deserialize(type);
        }
        catch (JsonException)
        {
            errors.Add(Expected(Name(path), Nullable.GetUnderlyingType(type.Type) ?? type.Type));
        }
    }

    private static FieldError Expected(string field, Type type)
    {
        if (type == typeof(string)) return Field.Wrong(field, "必须是字符串", "must be a string");
        if (type == typeof(bool)) return Field.Wrong(field, "必须是 true 或 false", "must be true or false");
        if (type == typeof(long) || type == typeof(int) || type == typeof(short) || type == typeof(byte))
            return Field.Wrong(field, "必须是整数（不带引号和小数）", "must be an integer, without quotes or fraction");
        if (type == typeof(DateTimeOffset)) return Field.Wrong(field, "必须是带时区的 RFC 3339 时间", "must be an RFC 3339 time with offset");
        if (type == typeof(DateOnly)) return Field.Wrong(field, "必须是 YYYY-MM-DD 日期", "must be a date YYYY-MM-DD");
        if (type.IsEnum)
        {
            var names = string.Join(", ", EnumNames.Accepted(type));
            return Field.Wrong(field, $"必须是下列之一：{names}", $"must be one of {names}");
        }
        return Field.Wrong(field, "类型不正确", "has the wrong type");
    }

    private static bool HasControl(string text)
    {
        // Lines are the form of a PEM text (RFC 7468); nothing else that a request carries has them.
        var lines = text.StartsWith("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal);
        foreach (var c in text)
            if (char.IsControl(c) && !(lines && (c is '\r' or '\n'))) return true;
        return false;
    }

    private static string Name(string path) => path.Length == 0 ? "$" : path;

    /// <summary>A caller's own text, shortened and without control characters.</summary>
    private static string Shown(string name)
    {
        var clean = string.Create(Math.Min(name.Length, MaxFieldName), name, static (to, from) =>
        {
            for (var at = 0; at < to.Length; at++) to[at] = char.IsControl(from[at]) || char.IsSurrogate(from[at]) ? '?' : from[at];
        });
        return clean;
    }
}
