using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// A rule: it looks at every flow when it arrives, or at every fresh edge when it is ripe, or both, and reports findings. A new rule is a class
/// with <see cref="RuleKindAttribute"/>, a static <c>Schema</c> and an entry in the catalogue. Rules may keep state of their own, bounded and
/// determined by what they were shown; then they save and load it.
/// </summary>
public abstract class Rule(RuleVersion version)
{
    public RuleVersion Version => version;

    public virtual void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings) { }

    /// <param name="edge">Just added to the graph; everything else in it is older.</param>
    public virtual void OnRipe(Flow edge, RiskState state, List<Finding> findings) { }

    /// <summary>Writes the state that the rule keeps for itself.</summary>
    internal virtual void Save(StateWriter writer) { }

    /// <summary>Reads what <see cref="Save"/> of a rule of the same kind wrote, perhaps of another version.</summary>
    internal virtual void Load(StateReader reader) { }

    protected RuleValue Value(string name, double value, double limit, string unit) => new(version.Name, name, value, limit, unit);

    protected void Report(List<Finding> findings, string shape, double score, long subject, IEnumerable<Flow> evidence, IReadOnlyList<RuleValue> values, Bilingual text)
    {
        var band = version.BandOf(score);
        if (band == Band.None) return;
        var flows = new List<Flow>();
        var seen = new HashSet<(int, long)>();
        foreach (var flow in evidence)
            if (seen.Add((flow.Shard, flow.Seq))) flows.Add(flow);
        flows.Sort(static (a, b) => a.IsBefore(b) ? -1 : b.IsBefore(a) ? 1 : 0);
        findings.Add(new Finding(version, shape, band, score, subject, flows, values, text));
    }
}
