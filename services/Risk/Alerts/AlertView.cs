using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Hosting;

namespace Ecny.Risk.Alerts;

/// <summary>Text in both languages of the platform.</summary>
public sealed record TextView(string Zh, string En)
{
    internal static TextView Of(Bilingual text) => new(text.Zh, text.En);
}

/// <summary>An alert that explains itself, in its newest revision. Amounts in fen, wallets by their pseudonymous numbers.</summary>
public record AlertSummary
{
    public required string AlertId { get; init; }
    /// <summary>Grows when more was found about the same.</summary>
    public required int Revision { get; init; }
    public required string Typology { get; init; }
    public required int TypologyVersion { get; init; }
    public required TextView Title { get; init; }
    /// <summary>FRAUD or AML.</summary>
    public required string Track { get; init; }
    /// <summary>LOW, MEDIUM, HIGH or CRITICAL.</summary>
    public required string Severity { get; init; }
    /// <summary>0 … 0.99: the weighted sum of what its rules found.</summary>
    public required double Confidence { get; init; }
    /// <summary>Event time.</summary>
    public required DateTimeOffset RaisedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    /// <summary>Versions of the rules that found something.</summary>
    public required IReadOnlyList<string> RuleVersion { get; init; }
    public required IReadOnlyList<string> Subjects { get; init; }
    public required long AmountAtRisk { get; init; }
    /// <summary>REPORT, ALERT, LIST, DELAY or BLOCK; on the AML track never more than LIST.</summary>
    public required string SuggestedAction { get; init; }

    /// <summary>An alert without its details.</summary>
    internal static AlertSummary Of(AlertView alert) => new()
    {
        AlertId = alert.AlertId, Revision = alert.Revision, Typology = alert.Typology, TypologyVersion = alert.TypologyVersion, Title = alert.Title, Track = alert.Track,
        Severity = alert.Severity, Confidence = alert.Confidence, RaisedAt = alert.RaisedAt, UpdatedAt = alert.UpdatedAt, RuleVersion = alert.RuleVersion,
        Subjects = alert.Subjects, AmountAtRisk = alert.AmountAtRisk, SuggestedAction = alert.SuggestedAction,
    };
}

public sealed record AlertView : AlertSummary
{
    public required TextView Explanation { get; init; }
    public required IReadOnlyList<ValueView> Values { get; init; }
    public required IReadOnlyList<TransactionView> Transactions { get; init; }
    public required GraphView EvidenceGraph { get; init; }
    /// <summary>Who holds the money at risk, as of this revision, largest first.</summary>
    public required IReadOnlyList<HolderView> CurrentHolderWallets { get; init; }
    /// <summary>Until when a stop of payments is worth while.</summary>
    public required DateTimeOffset StopWindowExpires { get; init; }

    internal static AlertView Of(Alert alert)
    {
        var (typology, version) = Split(alert.Typology);
        return new AlertView
        {
            AlertId = alert.Id, Revision = alert.Revision, Typology = typology, TypologyVersion = version, Title = TextView.Of(alert.Title), Track = RiskWords.Of(alert.Track),
            Severity = RiskWords.Of(alert.Severity), Confidence = alert.Confidence, RaisedAt = RiskWords.At(alert.RaisedAtMicros), UpdatedAt = RiskWords.At(alert.UpdatedAtMicros),
            RuleVersion = alert.RuleVersions, Subjects = [.. alert.Subjects.Select(WalletNumber.Text)], AmountAtRisk = alert.AmountAtRisk, SuggestedAction = RiskWords.Of(alert.SuggestedAction),
            Explanation = TextView.Of(alert.Sentence), Values = [.. alert.Values.Select(value => new ValueView(value.Rule, value.Name, value.Value, value.Limit, value.Unit))],
            Transactions = [.. alert.Edges.Select(TransactionView.Of)], EvidenceGraph = GraphView.Of(alert),
            CurrentHolderWallets = [.. alert.CurrentHolders.Select(holding => new HolderView(WalletNumber.Text(holding.Wallet), holding.Amount))],
            StopWindowExpires = RiskWords.At(alert.StopWindowUntilMicros),
        };
    }

    private static (string Id, int Version) Split(string name)
    {
        var slash = name.LastIndexOf('/');
        return (name[..slash], int.Parse(name.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>A measured value against its limit.</summary>
/// <param name="Unit">fen, percent, count, hours, days …</param>
public sealed record ValueView(string Rule, string Name, double Value, double Limit, string Unit);

public sealed record HolderView(string WalletId, long Amount);

/// <summary>A transaction that the alert names.</summary>
public sealed record TransactionView
{
    public required string TransferId { get; init; }
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required string Kind { get; init; }
    public required string FromWalletId { get; init; }
    public required string ToWalletId { get; init; }
    public required long Amount { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static TransactionView Of(EvidenceEdge edge) => new()
    {
        TransferId = new TransferId(edge.Transfer).ToString(), Shard = edge.Shard, Seq = edge.Seq, Kind = EntryKinds.Name(edge.Kind),
        FromWalletId = WalletNumber.Text(edge.From), ToWalletId = WalletNumber.Text(edge.To), Amount = edge.Amount, At = RiskWords.At(edge.AtMicros),
    };
}

/// <summary>The evidence as a graph: wallets, and between them what all transactions together moved.</summary>
public sealed record GraphView(IReadOnlyList<NodeView> Nodes, IReadOnlyList<EdgeView> Edges)
{
    internal static GraphView Of(Alert alert) => new(
        [.. alert.Nodes.Select(node => new NodeView(WalletNumber.Text(node.Wallet), node.Received, node.Sent, node.IsSubject))],
        [.. alert.Edges.GroupBy(edge => (edge.From, edge.To)).Select(pair =>
            new EdgeView(WalletNumber.Text(pair.Key.From), WalletNumber.Text(pair.Key.To), pair.Sum(edge => edge.Amount), pair.Count()))]);
}

public sealed record NodeView(string WalletId, long ReceivedAmount, long SentAmount, bool IsSubject);

public sealed record EdgeView(string FromWalletId, string ToWalletId, long Amount, int Count);

public sealed record AlertPage
{
    public required IReadOnlyList<AlertSummary> Items { get; init; }
    /// <summary>Null on the last page.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public string? NextCursor { get; init; }
}
