using System.Reflection;
using System.Text.Json.Serialization;

namespace Ecny.ServiceDefaults;

/// <summary>What a service tells the defaults about itself.</summary>
public sealed class EcnyOptions
{
    internal List<(Assembly Assembly, string Prefix)> MigrationSets { get; } = [];
    internal List<JsonSerializerContext> JsonContexts { get; } = [];
    internal List<ConfigRule> ConfigRules { get; } = [];

    /// <summary>True in Acquiring: it owns the institutions and feeds <see cref="InstitutionDirectory"/> itself.</summary>
    public bool OwnsInstitutions { get; set; }

    /// <summary>Embedded *.sql files of this assembly whose names start with the prefix, run in order of name after the defaults' own.</summary>
    public EcnyOptions Migrate(Assembly assembly, string prefix)
    {
        MigrationSets.Add((assembly, prefix));
        return this;
    }

    /// <summary>JSON contexts whose types appear in the OpenAPI document.</summary>
    public EcnyOptions Json(params JsonSerializerContext[] contexts)
    {
        JsonContexts.AddRange(contexts);
        return this;
    }

    /// <summary>A configuration key that must be there and right when the service starts; see <see cref="ConfigCheck"/>.</summary>
    public EcnyOptions Require(string key, Func<string, bool> isRight, string remedy)
    {
        ConfigRules.Add(new ConfigRule(key, isRight, remedy, Required: true));
        return this;
    }

    /// <summary>A configuration key that must be right if it is there.</summary>
    public EcnyOptions Optional(string key, Func<string, bool> isRight, string remedy)
    {
        ConfigRules.Add(new ConfigRule(key, isRight, remedy, Required: false));
        return this;
    }
}

/// <param name="Remedy">Ends the sentence "Configuration key K … : ": what to set it to.</param>
internal sealed record ConfigRule(string Key, Func<string, bool> IsRight, string Remedy, bool Required);
