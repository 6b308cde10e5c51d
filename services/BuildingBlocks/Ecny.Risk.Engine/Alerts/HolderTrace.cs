using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Alerts;

/// <summary>
/// Follows money from the ends of the evidence along later flows, first in first out, five hops at most. It sees what the flow window still
/// holds; what left longer ago is shown where it was last seen.
/// </summary>
internal static class HolderTrace
{
    private const int MaxHops = 5;
    private const int MaxSteps = 500;

    /// <summary>What wallets of the evidence received more than they sent, with the time they received it last.</summary>
    public static List<(long Wallet, long Amount, long At)> Ends(IReadOnlyList<Flow> evidence)
    {
        var net = new SortedDictionary<long, (long Amount, long At)>();
        foreach (var flow in evidence)
        {
            var (to, from) = (net.GetValueOrDefault(flow.To), net.GetValueOrDefault(flow.From));
            net[flow.To] = (checked(to.Amount + flow.Amount), Math.Max(to.At, flow.At));
            net[flow.From] = (checked(from.Amount - flow.Amount), from.At);
        }
        return [.. net.Where(end => end.Value.Amount > 0).Select(end => (end.Key, end.Value.Amount, end.Value.At))];
    }

    public static List<Holding> Follow(IReadOnlyList<(long Wallet, long Amount, long At)> ends, IReadOnlyList<Flow> evidence, RiskState state)
    {
        var used = new Dictionary<(int, long), long>();
        foreach (var flow in evidence) used[(flow.Shard, flow.Seq)] = flow.Amount;
        var held = new SortedDictionary<long, long>();
        var open = new Queue<(long Wallet, long Amount, long At, int Hops)>(ends.Select(end => (end.Wallet, end.Amount, end.At, 0)));
        for (var steps = 0; open.TryDequeue(out var part); steps++)
        {
            var rest = part.Amount;
            if (part.Hops < MaxHops && steps < MaxSteps && state.Wallets.Find(part.Wallet) is { } wallet)
            {
                for (var i = wallet.Out.From(part.At); i < wallet.Out.Count && rest > 0; i++)
                {
                    var flow = wallet.Out[i];
                    var taken = used.GetValueOrDefault((flow.Shard, flow.Seq));
                    var moved = Math.Min(rest, flow.Amount - taken);
                    if (moved <= 0) continue;
                    used[(flow.Shard, flow.Seq)] = taken + moved;
                    open.Enqueue((flow.To, moved, flow.At, part.Hops + 1));
                    rest -= moved;
                }
            }
            if (rest > 0) held[part.Wallet] = checked(held.GetValueOrDefault(part.Wallet) + rest);
        }
        return [.. held.Select(holding => new Holding(holding.Key, holding.Value)).OrderByDescending(holding => holding.Amount).ThenBy(holding => holding.Wallet)];
    }
}
