using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Alerts;

/// <summary>An alert that may still grow.</summary>
internal sealed class OpenAlert(TypologyVersion typology, long raisedAt)
{
    /// <summary>An officer cannot read more, and a snapshot of it must stay small.</summary>
    public const int MaxEvidence = 300;
    private readonly List<Flow> _evidence = [];
    private readonly HashSet<(int Shard, long Seq)> _known = [];
    private readonly List<long> _subjects = [];
    private readonly SortedDictionary<string, Finding> _byShape = new(StringComparer.Ordinal);
    private string? _id;
    private int _revision;
    // As the feeds were told last.
    private (Band Severity, int Rules, int Edges) _told;

    public long RaisedAt => raisedAt;
    public IReadOnlyList<long> Subjects => _subjects;
    public IReadOnlyCollection<(int Shard, long Seq)> Flows => _known;
    public bool IsFull => _evidence.Count >= MaxEvidence;

    /// <summary>True when the finding says something new.</summary>
    public bool Add(Finding finding)
    {
        var isNew = false;
        foreach (var flow in finding.Evidence)
        {
            if (!_known.Add((flow.Shard, flow.Seq))) continue;
            _evidence.Add(flow);
            isNew = true;
        }
        if (!_subjects.Contains(finding.Subject)) _subjects.Add(finding.Subject);
        var key = $"{finding.Rule.Name} {finding.Shape}";
        if (!_byShape.TryGetValue(key, out var before) || finding.Band > before.Band || finding.Band == before.Band && finding.Score >= before.Score) _byShape[key] = finding;
        return isNew || before is null || finding.Band > before.Band;
    }

    public Alert Snapshot(long now, RiskState state)
    {
        var edges = new List<Flow>(_evidence);
        edges.Sort(static (a, b) => a.IsBefore(b) ? -1 : b.IsBefore(a) ? 1 : 0);
        _id ??= Id(edges[0]);
        var ends = HolderTrace.Ends(edges);
        var atRisk = ends.Sum(end => end.Amount);
        var findings = _byShape.Values.ToList();
        var rules = findings.Select(finding => finding.Rule.Name).Distinct().ToList();
        var severity = findings.Max(finding => finding.Band);
        var isNews = severity > _told.Severity || rules.Count > _told.Rules || edges.Count >= 2 * _told.Edges;
        if (isNews) _told = (severity, rules.Count, edges.Count);
        return new Alert
        {
            Id = _id,
            Revision = ++_revision,
            IsNews = isNews,
            Typology = typology.Name,
            Title = typology.Title,
            Track = typology.Track,
            Feed = typology.Feed,
            SuggestedAction = findings.Max(finding => finding.Rule.Action),
            Severity = severity,
            Confidence = Math.Min(0.99, AlertBook.Score(typology, findings)),
            RaisedAtMicros = raisedAt,
            UpdatedAtMicros = now,
            RuleVersions = rules,
            Subjects = [.. _subjects],
            Values = [.. findings.SelectMany(finding => finding.Values)],
            Nodes = Nodes(edges),
            Edges = [.. edges.Select(flow => new EvidenceEdge(flow.Transfer, flow.Shard, flow.Seq, flow.Kind, flow.From, flow.To, flow.Amount, flow.At))],
            Sentence = Sentence(findings, atRisk),
            AmountAtRisk = atRisk,
            CurrentHolders = HolderTrace.Follow(ends, edges, state),
            StopWindowUntilMicros = raisedAt + Time.Hours(typology.StopWindowHours),
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Typology(typology);
        writer.Long(raisedAt);
        writer.Text(_id ?? "");
        writer.Int(_revision);
        writer.Byte((byte)_told.Severity);
        writer.Int(_told.Rules);
        writer.Int(_told.Edges);
        writer.List(_evidence, writer.Flow);
        writer.List(_subjects, writer.Long);
        writer.List(_byShape, shape =>
        {
            writer.Text(shape.Key);
            writer.Finding(shape.Value);
        });
    }

    public static OpenAlert Load(StateReader reader)
    {
        var alert = new OpenAlert(reader.Typology(), reader.Long());
        alert._id = reader.Text() is { Length: > 0 } id ? id : null;
        alert._revision = reader.Int();
        alert._told = ((Band)reader.Byte(), reader.Int(), reader.Int());
        alert._evidence.AddRange(reader.List(reader.Flow));
        foreach (var flow in alert._evidence) alert._known.Add((flow.Shard, flow.Seq));
        alert._subjects.AddRange(reader.List(reader.Long));
        reader.Each(() => alert._byShape.Add(reader.Text(), reader.Finding()));
        return alert;
    }

    private string Id(Flow first)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{typology.Name}|{_subjects[0]}|{first.Shard}|{first.Seq}|{raisedAt}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private List<EvidenceNode> Nodes(List<Flow> edges)
    {
        var nodes = new SortedDictionary<long, (long Received, long Sent)>();
        foreach (var flow in edges)
        {
            var (to, from) = (nodes.GetValueOrDefault(flow.To), nodes.GetValueOrDefault(flow.From));
            nodes[flow.To] = (checked(to.Received + flow.Amount), to.Sent);
            from = nodes.GetValueOrDefault(flow.From);
            nodes[flow.From] = (from.Received, checked(from.Sent + flow.Amount));
        }
        return [.. nodes.Select(node => new EvidenceNode(node.Key, node.Value.Received, node.Value.Sent, _subjects.Contains(node.Key)))];
    }

    private Bilingual Sentence(List<Finding> findings, long atRisk) => new(
        $"{typology.Title.Zh}：钱包 {Wallets("、")} {string.Join("；", findings.Select(finding => $"{finding.Text.Zh}（{finding.Rule.Name}）"))}；涉险金额 {Words.Yuan(atRisk)}。",
        $"{typology.Title.En}: wallet{(_subjects.Count > 1 ? "s" : "")} {Wallets(", ")}: {string.Join("; ", findings.Select(finding => $"{finding.Text.En} ({finding.Rule.Name})"))}; {Words.Yuan(atRisk)} at risk.");

    private string Wallets(string separator) =>
        string.Join(separator, _subjects.Take(3).Select(WalletNumber.Text)) + (_subjects.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" (+{_subjects.Count - 3})") : "");
}
