namespace Ecny.Risk.Engine.Catalogue;

/// <summary>Rules, typologies and the graph's settings as immutable data. The one that ships is <c>rules.json</c>.</summary>
public sealed record RuleCatalogue
{
    public required GraphSettings Graph { get; init; }
    public required IReadOnlyList<RuleVersion> Rules { get; init; }
    public required IReadOnlyList<TypologyVersion> Typologies { get; init; }

    /// <summary>The catalogue shipped with the product.</summary>
    public static RuleCatalogue Default { get; } = Parse(DefaultJson());

    /// <summary>Text of the shipped catalogue.</summary>
    public static string DefaultJson()
    {
        using var stream = typeof(RuleCatalogue).Assembly.GetManifestResourceStream("Ecny.Risk.Engine.rules.json")!;
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }

    /// <exception cref="CatalogueException">Not valid; carries every error found.</exception>
    public static RuleCatalogue Parse(string json) => new CatalogueParser().Parse(json);

    /// <summary>The same catalogue with nothing but these rules; typologies that lose all their rules go.</summary>
    /// <exception cref="CatalogueException">A rule is not in the catalogue.</exception>
    public RuleCatalogue Only(IReadOnlyCollection<string> rules)
    {
        var unknown = rules.Where(id => Rules.All(rule => rule.Id != id)).Select(id => $"There is no rule {id}; known are {string.Join(", ", Rules.Select(rule => rule.Id))}.").ToList();
        if (unknown.Count > 0) throw new CatalogueException(unknown);
        var typologies = Typologies.Select(typology => typology with { Weights = [.. typology.Weights.Where(weight => rules.Contains(weight.Rule))] }).Where(typology => typology.Weights.Count > 0);
        return this with { Rules = [.. Rules.Where(rule => rules.Contains(rule.Id))], Typologies = [.. typologies] };
    }
}
