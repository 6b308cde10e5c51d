using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>Temporal cycles that a flow closes: backwards from its payer along earlier and earlier inflows until its payee is the source.</summary>
internal static class CycleSearch
{
    /// <param name="inflows">Of a wallet, in event time; null: do not go through this wallet.</param>
    /// <param name="fits">Whether a hop may be followed by the next one.</param>
    /// <returns>Each cycle from its last hop to its first; no wallet twice.</returns>
    public static List<List<Flow>> Closed(Flow last, long from, int maxLength, int maxVisits, Func<long, FlowList?> inflows, Func<Flow, Flow, bool> fits)
    {
        var cycles = new List<List<Flow>>();
        Search([last]);
        return cycles;

        void Search(List<Flow> path)
        {
            var next = path[^1];
            if (inflows(next.From) is not { } list) return;
            for (var i = list.Count - 1; i >= 0 && list[i].At >= from; i--)
            {
                var hop = list[i];
                if (!hop.IsBefore(next) || !fits(hop, next)) continue;
                if (--maxVisits < 0) return;
                if (hop.From == last.To) cycles.Add([.. path, hop]);
                else if (path.Count + 2 <= maxLength && !Passes(path, hop.From))
                {
                    path.Add(hop);
                    Search(path);
                    path.RemoveAt(path.Count - 1);
                }
            }
        }
    }

    private static bool Passes(List<Flow> path, long wallet)
    {
        foreach (var hop in path) if (hop.From == wallet) return true;
        return false;
    }
}
