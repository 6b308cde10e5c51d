using System.Text.Json.Serialization;
using Ecny.Risk.Alerts;

namespace Ecny.Risk.Feeds;

/// <summary>
/// What a feed tells: an alert, as of one of its revisions. The same <see cref="SignalId"/> comes again when the alert became graver, another rule found it too, or its
/// evidence doubled; the newest revision holds everything. Amounts in fen.
/// </summary>
public sealed record SignalView
{
    /// <summary>From 1, without gaps within the feed. Absent in the event on the topic, where it is the attribute <c>sequence</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Sequence { get; init; }
    public required string SignalId { get; init; }
    public required int Revision { get; init; }
    /// <summary>Versions of the rules that found something.</summary>
    public required IReadOnlyList<string> RuleVersion { get; init; }
    public required string Typology { get; init; }
    public required int TypologyVersion { get; init; }
    public required TextView Title { get; init; }
    /// <summary>LOW, MEDIUM, HIGH or CRITICAL.</summary>
    public required string Severity { get; init; }
    public required double Confidence { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public required TextView Explanation { get; init; }
    public required IReadOnlyList<string> Subjects { get; init; }
    public required IReadOnlyList<TransactionView> Transactions { get; init; }
    public required GraphView EvidenceGraph { get; init; }
    public required long AmountAtRisk { get; init; }
    public required IReadOnlyList<HolderView> CurrentHolderWallets { get; init; }
    public required DateTimeOffset StopWindowExpires { get; init; }
    public required string SuggestedAction { get; init; }

    internal static SignalView Of(AlertView alert) => new()
    {
        SignalId = alert.AlertId, Revision = alert.Revision, RuleVersion = alert.RuleVersion, Typology = alert.Typology, TypologyVersion = alert.TypologyVersion, Title = alert.Title,
        Severity = alert.Severity, Confidence = alert.Confidence, RaisedAt = alert.RaisedAt, Explanation = alert.Explanation, Subjects = alert.Subjects,
        Transactions = alert.Transactions, EvidenceGraph = alert.EvidenceGraph, AmountAtRisk = alert.AmountAtRisk, CurrentHolderWallets = alert.CurrentHolderWallets,
        StopWindowExpires = alert.StopWindowExpires, SuggestedAction = alert.SuggestedAction,
    };
}

/// <summary>A page of a feed.</summary>
public sealed record SignalPage(IReadOnlyList<SignalView> Items, long LastSequence);
