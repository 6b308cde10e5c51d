using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>Shapes of the fresh graph that need more than one wallet. "Busy" is the product of the members' fresh degrees: busy wallets make a shape by chance.</summary>
internal static class Shapes
{
    /// <summary>
    /// The squares payer₁ → payee₁, payer₁ → payee₂, payer₂ → payee₁, payer₂ → payee₂ that the edge completes: payers who do not know the payees
    /// and pay the same ones. Empty when members are too busy.
    /// </summary>
    public static (List<Flow> Flows, int Squares) Concert(Flow edge, FreshGraph graph, double maxBusy)
    {
        var flows = new List<Flow>();
        var squares = 0;
        var (payees, payers) = (graph.Find(edge.From)!.Out, graph.Find(edge.To)!.In);
        if (payees.Count < 2 || payers.Count < 2 || graph.IsHub(payees) || graph.IsHub(payers)) return (flows, 0);
        for (var i = 0; i < payers.Count; i++)
        {
            var other = payers[i];
            if (other.From == edge.From || graph.Find(other.From) is not { } node || graph.IsHub(node.Out)) continue;
            for (var j = 0; j < payees.Count; j++)
            {
                var mine = payees[j];
                if (mine.To == edge.To || Find(node.Out, mine.To) is not { } theirs) continue;
                var busy = (double)payees.Count * node.Out.Count * payers.Count * graph.Payers(mine.To);
                if (busy > maxBusy) continue;
                squares++;
                flows.AddRange([edge, other, mine, theirs]);
            }
        }
        return (flows, squares);
    }

    /// <summary>
    /// The edge completes source → middles → edge.To: what one wallet spread over new payees meets again in one new payee. With two middles all of
    /// the spreading must come before all of the gathering; both limits are on the product of degrees.
    /// </summary>
    public static (List<Flow> Flows, int Middles) Regather(Flow edge, FreshGraph graph, double maxBusyTwo, double maxBusyMany)
    {
        var (best, bestMiddles) = (new List<Flow>(), 0);
        var (sources, gathered) = (graph.Find(edge.From)!.In, graph.Find(edge.To)!.In);
        if (sources.Count == 0 || gathered.Count < 2 || graph.IsHub(gathered)) return (best, 0);
        for (var i = 0; i < sources.Count; i++)
        {
            var spread = sources[i];
            if (spread.From == edge.To || graph.Find(spread.From) is not { } source || graph.IsHub(source.Out)) continue;
            var paths = new List<(Flow Spread, Flow Gather)>();
            for (var j = 0; j < gathered.Count; j++)
            {
                var gather = gathered[j];
                if (gather.From != edge.From && Find(source.Out, gather.From) is { } other && other.IsBefore(gather)) paths.Add((other, gather));
            }
            var ends = (double)source.Out.Count * gathered.Count;
            if (paths.Count == 0 || paths.Count > 1 && ends > maxBusyMany) continue;
            if (paths.Count == 1 && (!BothSpreadFirst(edge, spread, paths[0]) || ends * Busy(edge.From, graph) * Busy(paths[0].Gather.From, graph) > maxBusyTwo)) continue;
            best.Add(edge);
            best.Add(spread);
            foreach (var (first, second) in paths) best.AddRange([first, second]);
            bestMiddles = Math.Max(bestMiddles, paths.Count + 1);
        }
        return (best, bestMiddles);
    }

    /// <summary>At least so many fresh payers, then at least so many fresh payees, within the span, and few others. Null when the wallet is no such hub.</summary>
    public static List<Flow>? Turntable(FreshNode node, Flow newest, long span, int each, double maxOthers)
    {
        var (firstOut, firstIn) = (node.Out.From(newest.At - span), node.In.From(newest.At - span));
        if (node.Out.Count - firstOut < each || node.In.Count - firstIn < each) return null;
        // The payers must have paid before the last payees were paid.
        var turn = node.Out[node.Out.Count - each].At;
        var flows = new List<Flow>();
        for (var i = firstIn; i < node.In.Count && node.In[i].At < turn; i++) flows.Add(node.In[i]);
        if (flows.Count < each) return null;
        var gathered = flows[each - 1].At;
        var ins = flows.Count;
        for (var i = firstOut; i < node.Out.Count; i++) if (node.Out[i].At > gathered) flows.Add(node.Out[i]);
        return flows.Count - ins >= each && node.In.Count + node.Out.Count - flows.Count <= maxOthers ? flows : null;
    }

    private static double Busy(long wallet, FreshGraph graph) => (double)graph.Payers(wallet) * graph.Payees(wallet);

    private static bool BothSpreadFirst(Flow edge, Flow spread, (Flow Spread, Flow Gather) path) =>
        (spread.IsBefore(path.Spread) ? path.Spread : spread).IsBefore(edge.IsBefore(path.Gather) ? edge : path.Gather);

    private static Flow? Find(FlowList list, long to)
    {
        for (var i = 0; i < list.Count; i++) if (list[i].To == to) return list[i];
        return null;
    }
}
