using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>Fresh money that left a wallet equal, to the fen, to fresh money that came less a commission in half percents.</summary>
internal sealed record CommissionMatch(long Wallet, double Percent, int AtThisRate, double MinMatches, IReadOnlyList<Flow> Flows);

/// <summary>
/// Finds exact commissions (抽佣). One match may be chance, so a rate counts only when it stands out: at least so many matches within the period,
/// and so many times the mean of the other rates. When a rate begins to stand out, its earlier matches are told too. No rate is preset.
/// </summary>
internal sealed class CommissionBook(RuleVersion version)
{
    private readonly Parameter _maxPercent = version["commissionMaxPercent"], _matches = version["commissionMinMatches"], _times = version["commissionTimesMean"],
        _days = version["commissionDays"], _legs = version["commissionMaxLegs"], _degree = version["commissionMaxDegree"];
    private readonly Queue<(long At, int Halves, long Wallet, List<Flow> Flows, int Number)> _recent = new();
    private readonly HashSet<int> _told = [];
    private readonly int[] _count = new int[101];
    private int _number;

    public static IEnumerable<ParameterSpec> Schema =>
    [
        ParameterSpec.Percent("commissionMaxPercent", 50), ParameterSpec.Count("commissionMinMatches", 2, 1_000), ParameterSpec.Count("commissionTimesMean", 1, 100),
        ParameterSpec.Days("commissionDays"), ParameterSpec.Count("commissionMaxLegs", 1, 8), ParameterSpec.Count("commissionMaxDegree", 1, 64),
    ];

    public List<CommissionMatch> OnRipe(Flow edge, FreshGraph graph)
    {
        var told = new List<CommissionMatch>();
        while (_recent.TryPeek(out var old) && old.At + Time.Days(_days.Default) < edge.At)
        {
            _recent.Dequeue();
            _count[old.Halves]--;
            _told.Remove(old.Number);
        }
        var changed = Match(edge, graph);
        foreach (var halves in changed)
        {
            if (!StandsOut(halves)) continue;
            foreach (var match in _recent)
                if (match.Halves == halves && _told.Add(match.Number)) told.Add(new CommissionMatch(match.Wallet, halves / 2.0, _count[halves], _matches.Default, match.Flows));
        }
        return told;
    }

    public void Save(StateWriter writer)
    {
        writer.Int(_number);
        writer.List(_told, writer.Int);
        writer.List(_recent, match =>
        {
            writer.Long(match.At);
            writer.Int(match.Halves);
            writer.Long(match.Wallet);
            writer.List(match.Flows, writer.Flow);
            writer.Int(match.Number);
        });
    }

    public void Load(StateReader reader)
    {
        _number = reader.Int();
        reader.Each(() => _told.Add(reader.Int()));
        reader.Each(() =>
        {
            var match = (At: reader.Long(), Halves: reader.Int(), Wallet: reader.Long(), Flows: reader.List(reader.Flow), Number: reader.Int());
            _recent.Enqueue(match);
            _count[match.Halves]++;
        });
    }

    private bool StandsOut(int halves)
    {
        var others = (_recent.Count - _count[halves]) / Math.Max(1, 2 * _maxPercent.Default);
        return _count[halves] >= _matches.Default && _count[halves] >= others * _times.Default;
    }

    // Runs of consecutive outflows that end with the edge, against runs of consecutive inflows before them.
    private HashSet<int> Match(Flow edge, FreshGraph graph)
    {
        var changed = new HashSet<int>();
        var node = graph.Find(edge.From)!;
        if (node.In.Count == 0 || node.In.Count > _degree.Default || node.Out.Count > _degree.Default) return changed;
        var (legs, gone) = ((int)_legs.Default, 0L);
        for (var first = node.Out.Count - 1; first >= 0 && node.Out.Count - first <= legs; first--)
        {
            gone = checked(gone + node.Out[first].Amount);
            var outs = node.Out.Count - first;
            var before = node.In.From(node.Out[first].At);
            for (var end = before - 1; end >= 0 && before - end <= legs; end--)
            {
                var came = 0L;
                for (var start = end; start >= 0 && end - start < legs; start--)
                {
                    came = checked(came + node.In[start].Amount);
                    var halves = (int)Math.Round((came - gone) * 200.0 / came);
                    // Each outflow was rounded to the fen on its own.
                    if (halves < 1 || halves > 2 * _maxPercent.Default || Math.Abs(gone * 200 - came * (200 - halves)) > 200L * outs) continue;
                    var flows = new List<Flow>();
                    for (var i = start; i <= end; i++) flows.Add(node.In[i]);
                    for (var i = first; i < node.Out.Count; i++) flows.Add(node.Out[i]);
                    _recent.Enqueue((edge.At, halves, edge.From, flows, _number++));
                    _count[halves]++;
                    changed.Add(halves);
                }
            }
        }
        return changed;
    }
}
