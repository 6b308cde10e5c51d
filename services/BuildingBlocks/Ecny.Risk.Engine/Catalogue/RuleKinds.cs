using System.Reflection;
using Ecny.Risk.Engine.Rules;

namespace Ecny.Risk.Engine.Catalogue;

/// <summary>Marks the class that evaluates rules of a kind.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RuleKindAttribute(string kind) : Attribute
{
    public string Kind => kind;
}

/// <summary>The kinds of rules this build knows: every class with <see cref="RuleKindAttribute"/>. Its static <c>Schema</c> lists its parameters.</summary>
public static class RuleKinds
{
    private static readonly SortedDictionary<string, (Type Type, IReadOnlyList<ParameterSpec> Schema)> Known = Find();

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>Null for a kind that does not exist.</summary>
    public static IReadOnlyList<ParameterSpec>? Schema(string kind) => Known.TryGetValue(kind, out var known) ? known.Schema : null;

    internal static Rule Create(RuleVersion version) => (Rule)Activator.CreateInstance(Known[version.Kind].Type, version)!;

    private static SortedDictionary<string, (Type, IReadOnlyList<ParameterSpec>)> Find()
    {
        var known = new SortedDictionary<string, (Type, IReadOnlyList<ParameterSpec>)>(StringComparer.Ordinal);
        foreach (var type in typeof(RuleKinds).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<RuleKindAttribute>() is not { } attribute) continue;
            var schema = (IReadOnlyList<ParameterSpec>)type.GetProperty("Schema", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
            known.Add(attribute.Kind, (type, schema));
        }
        return known;
    }
}
