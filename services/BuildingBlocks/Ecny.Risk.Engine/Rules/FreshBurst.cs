using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// Many fresh counterparties at once, measured against the wallet's own habit: the chance of at least as many within the burst if they came at
/// the rate of the rest of the window (Poisson). Nothing is said while too little of the city is known.
/// </summary>
internal sealed class FreshBurst(Parameter days, Parameter maxChancePerMillion, Parameter minCount, Parameter warmUpDays, PrevalenceGuard guard)
{
    private const long LeastHistory = 3 * Time.Day;

    public static IEnumerable<ParameterSpec> Schema(string prefix) =>
    [
        ParameterSpec.Days(prefix + "BurstDays"), ParameterSpec.Count(prefix + "BurstMaxChancePerMillion", 0, 1_000_000),
    ];

    /// <summary>The flows of the burst that ends with the newest, and its chance in millionths; null when there is none.</summary>
    public (List<Flow> Flows, double ChancePerMillion)? Find(FlowList list, FreshGraph graph)
    {
        var now = list.Newest.At;
        var burst = Time.Days(days.Default);
        var known = Math.Max(now - graph.Window, graph.Start + Time.Days(warmUpDays.Default));
        if (now - known < burst + LeastHistory) return null;
        guard.Observe();
        if (graph.IsHub(list)) return null;
        var (first, start) = (list.From(known), list.From(now - burst));
        var count = list.Count - start;
        if (count < minCount.Default) return null;
        var expected = (start - first + 0.5) * burst / (now - known - burst);
        var chance = PoissonTail(count, expected) * 1_000_000;
        if (chance > maxChancePerMillion.Default || !guard.Fire()) return null;
        var flows = new List<Flow>(count);
        for (var i = start; i < list.Count; i++) flows.Add(list[i]);
        return (flows, chance);
    }

    public void Save(StateWriter writer) => guard.Save(writer);

    public void Load(StateReader reader) => guard.Load(reader);

    /// <summary>P(X ≥ count) for a Poisson variable, by additions, multiplications and divisions only, so that every machine gets the same bits.</summary>
    internal static double PoissonTail(int count, double mean)
    {
        double e = 1, power = 1;
        for (var n = 1; power > e * 1e-18; n++)
        {
            power *= mean / n;
            e += power;
        }
        double term = 1 / e, below = term;
        for (var n = 1; n < count; n++)
        {
            term *= mean / n;
            below += term;
        }
        return Math.Max(0, 1 - below);
    }
}
