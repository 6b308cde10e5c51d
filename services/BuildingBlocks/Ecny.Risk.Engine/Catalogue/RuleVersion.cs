namespace Ecny.Risk.Engine.Catalogue;

/// <summary>A score from which on a finding has the band.</summary>
public sealed record BandStep(double From, Band Band);

/// <summary>Text in the two languages of the platform.</summary>
public sealed record Bilingual(string Zh, string En);

/// <summary>An immutable version of a rule: whatever it found can be found again with it. (Id, Version) names it for ever.</summary>
public sealed record RuleVersion
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    /// <summary>Which class evaluates it, see <see cref="RuleKinds"/>.</summary>
    public required string Kind { get; init; }
    public required RiskTrack Track { get; init; }
    public required RiskAction Action { get; init; }
    public required Bilingual Title { get; init; }
    public required IReadOnlyList<BandStep> Steps { get; init; }
    public required IReadOnlyDictionary<string, Parameter> Parameters { get; init; }

    /// <summary>As an evaluation quotes it, e.g. <c>R07/1</c>.</summary>
    public string Name => $"{Id}/{Version}";

    public Parameter this[string parameter] => Parameters[parameter];

    public Band BandOf(double score)
    {
        var band = Band.None;
        foreach (var step in Steps) if (score >= step.From) band = step.Band;
        return band;
    }
}
