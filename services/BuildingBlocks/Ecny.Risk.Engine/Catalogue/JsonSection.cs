using System.Text.Json;

namespace Ecny.Risk.Engine.Catalogue;

/// <summary>Reads one object of the catalogue and notes every error as a sentence instead of stopping at the first.</summary>
internal sealed class JsonSection
{
    private readonly JsonElement _element;
    private readonly List<string> _errors;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public JsonSection(JsonElement element, string where, List<string> errors)
    {
        (_element, Where, _errors) = (element, where, errors);
        if (element.ValueKind == JsonValueKind.Object) return;
        Fail($"{where} must be an object.");
        IsBroken = true;
    }

    public string Where { get; set; }
    public bool IsBroken { get; }

    public void Fail(string sentence) => _errors.Add(sentence);

    public string Text(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text) return text;
        Fail($"{Where}: \"{name}\" must be a text that is not empty.");
        return "";
    }

    public double Number(string name, double min, double max)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is var number && number >= min && number <= max) return number;
        Fail($"{Where}: \"{name}\" must be a number from {min} to {max}.");
        return min;
    }

    public T Choice<T>(string name) where T : struct, Enum
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && Enum.TryParse<T>(value.GetString(), true, out var choice) && Enum.IsDefined(choice)) return choice;
        Fail($"{Where}: \"{name}\" must be one of {string.Join(", ", Enum.GetNames<T>())}.");
        return default;
    }

    public Bilingual Both(string name)
    {
        var section = Section(name);
        if (section is null) return new Bilingual("", "");
        var both = new Bilingual(section.Text("zh"), section.Text("en"));
        section.Close();
        return both;
    }

    /// <summary>Null, and noted, when it is missing.</summary>
    public JsonSection? Section(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Object } value) return new JsonSection(value, $"{Where}, {name}", _errors);
        Fail($"{Where}: \"{name}\" must be an object.");
        return null;
    }

    public IEnumerable<JsonSection> List(string name, bool isOptional = false)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Array } value)
            return [.. value.EnumerateArray().Select((item, index) => new JsonSection(item, $"{Where}, {name} {index + 1}", _errors)).Where(section => !section.IsBroken)];
        if (!isOptional || _element.TryGetProperty(name, out _)) Fail($"{Where}: \"{name}\" must be a list.");
        return [];
    }

    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyList<T> whenMissing) where T : struct, Enum
    {
        if (Find(name) is not { } value) return whenMissing;
        var chosen = new List<T>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : Array.Empty<JsonElement>())
            if (item.ValueKind == JsonValueKind.String && Enum.TryParse<T>(item.GetString(), true, out var choice) && Enum.IsDefined(choice)) chosen.Add(choice);
        if (chosen.Count == 0) Fail($"{Where}: \"{name}\" must be a list of {string.Join(", ", Enum.GetNames<T>())}.");
        return chosen;
    }

    public IEnumerable<(string Name, double? Value)> Numbers()
    {
        foreach (var property in _element.EnumerateObject())
            yield return (property.Name, property.Value.ValueKind == JsonValueKind.Number ? property.Value.GetDouble() : null);
    }

    /// <summary>What nobody asked for is a mistake in the catalogue, not something to pass over.</summary>
    public void Close()
    {
        foreach (var property in _element.EnumerateObject())
            if (!_known.Contains(property.Name)) Fail($"{Where}: \"{property.Name}\" is not known here.");
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return _element.TryGetProperty(name, out var value) ? value : null;
    }
}
