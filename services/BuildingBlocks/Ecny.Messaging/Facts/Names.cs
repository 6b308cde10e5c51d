using System.Text;
using System.Text.Json;

namespace Ecny.Messaging;

/// <summary>One string for each institution, scenario, operator … however many entries name it. For one thread; bounded, so that strangers cannot fill it.</summary>
internal sealed class Names
{
    private const int Most = 20_000, Longest = 64;
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    public Names() => bySpan = known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The string at the reader's place.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > Longest) return reader.GetString()!;
        Span<char> text = stackalloc char[Longest];
        var name = text[..Encoding.UTF8.GetChars(reader.ValueSpan, text)];
        if (bySpan.TryGetValue(name, out var one)) return one;
        var made = name.ToString();
        if (known.Count < Most) known.Add(made, made);
        return made;
    }
}
