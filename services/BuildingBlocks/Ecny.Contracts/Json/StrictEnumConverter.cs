using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecny.Contracts.Json;

/// <summary>Enums by their exact public name (<see cref="EnumNames"/>): no numbers, no other case, no lists of names.</summary>
public sealed class StrictEnumConverter<T> : JsonConverter<T> where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            foreach (var (value, text) in EnumNames.Table<T>.Members)
                if (!EqualityComparer<T>.Default.Equals(value, default) && reader.ValueTextEquals(text.EncodedUtf8Bytes)) return value;
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        foreach (var (member, text) in EnumNames.Table<T>.Members)
            if (EqualityComparer<T>.Default.Equals(member, value))
            {
                writer.WriteStringValue(text);
                return;
            }
        throw new JsonException();
    }
}
