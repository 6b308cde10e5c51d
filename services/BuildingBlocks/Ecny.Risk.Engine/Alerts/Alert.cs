using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Rules;

namespace Ecny.Risk.Engine.Alerts;

/// <summary>
/// An alert that explains itself. The same id comes again with a higher <see cref="Revision"/> when more was found about it; the newest revision
/// holds everything. Times in Unix microseconds of event time, amounts in fen.
/// </summary>
public sealed record Alert
{
    /// <summary>32 hex digits, determined by typology, subject, first transaction and time.</summary>
    public required string Id { get; init; }
    public required int Revision { get; init; }
    /// <summary>True when this revision is worth telling: the first one, a graver one, one of a further rule, or one with twice the transactions of what was told last.</summary>
    public required bool IsNews { get; init; }
    /// <summary>Typology and its version, e.g. <c>MULE_HOUSE/1</c>.</summary>
    public required string Typology { get; init; }
    public required Bilingual Title { get; init; }
    public required RiskTrack Track { get; init; }
    public required string Feed { get; init; }
    /// <summary>The strongest action of its rules. On the AML track never more than listing.</summary>
    public required RiskAction SuggestedAction { get; init; }
    public required Band Severity { get; init; }
    /// <summary>0 … 0.99: the weighted sum of bands.</summary>
    public required double Confidence { get; init; }
    public required long RaisedAtMicros { get; init; }
    public required long UpdatedAtMicros { get; init; }
    /// <summary>Versions of the rules that found something, e.g. <c>R07/1</c>.</summary>
    public required IReadOnlyList<string> RuleVersions { get; init; }
    /// <summary>Wallets the alert is about, the first one first found.</summary>
    public required IReadOnlyList<long> Subjects { get; init; }
    public required IReadOnlyList<RuleValue> Values { get; init; }
    public required IReadOnlyList<EvidenceNode> Nodes { get; init; }
    /// <summary>Every transaction the alert names, in event time.</summary>
    public required IReadOnlyList<EvidenceEdge> Edges { get; init; }
    /// <summary>One sentence in Chinese and one in English.</summary>
    public required Bilingual Sentence { get; init; }
    /// <summary>What reached the ends of the evidence.</summary>
    public required long AmountAtRisk { get; init; }
    /// <summary>Who holds it now, largest first.</summary>
    public required IReadOnlyList<Holding> CurrentHolders { get; init; }
    /// <summary>Until when a stop of payments is worth while.</summary>
    public required long StopWindowUntilMicros { get; init; }
}
