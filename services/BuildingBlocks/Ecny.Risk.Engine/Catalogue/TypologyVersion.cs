namespace Ecny.Risk.Engine.Catalogue;

/// <summary>What a rule's band adds to a typology.</summary>
public sealed record TypologyWeight(string Rule, double Weight);

/// <summary>
/// An immutable version of a typology: the weighted sum of its rules' bands for one subject within <see cref="WindowHours"/>; from
/// <see cref="Threshold"/> on there is an alert.
/// </summary>
public sealed record TypologyVersion
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required Bilingual Title { get; init; }
    public required RiskTrack Track { get; init; }
    /// <summary>Feed the alert goes to: <c>public-security</c> or <c>regulator</c>.</summary>
    public required string Feed { get; init; }
    public required IReadOnlyList<TypologyWeight> Weights { get; init; }
    public required double Threshold { get; init; }
    public required double WindowHours { get; init; }
    /// <summary>For this long what is found about the same subject, or the same transactions, extends the alert; then it raises a new one.</summary>
    public required double RaiseNewAfterHours { get; init; }
    /// <summary>How long after the alert a stop of payments is worth while.</summary>
    public required double StopWindowHours { get; init; }

    public string Name => $"{Id}/{Version}";
}
