using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecny.Contracts.Json;

/// <summary>Public names of enum members: <see cref="JsonStringEnumMemberNameAttribute"/>, else the member's own name.</summary>
public static class EnumNames
{
    /// <summary>The names that a request may carry, in order of value; a member that stands for nothing (0) is not among them.</summary>
    public static IReadOnlyList<string> Accepted(Type enumType) =>
        [.. Enum.GetValues(enumType).Cast<Enum>().Where(static v => Convert.ToInt64(v, null) != 0).Select(v => NameOf(enumType, v))];

    /// <summary>The public name of a value.</summary>
    public static string Of<T>(T value) where T : struct, Enum
    {
        foreach (var member in Table<T>.Members)
            if (EqualityComparer<T>.Default.Equals(member.Value, value)) return member.Text.Value;
        throw new ArgumentOutOfRangeException(nameof(value), value, null);
    }

    private static string NameOf(Type type, Enum value)
    {
        var name = value.ToString();
        return type.GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? name;
    }

    internal static class Table<T> where T : struct, Enum
    {
        internal static readonly (T Value, JsonEncodedText Text)[] Members =
            [.. Enum.GetValues<T>().Select(static v => (v, JsonEncodedText.Encode(NameOf(typeof(T), v))))];
    }
}
