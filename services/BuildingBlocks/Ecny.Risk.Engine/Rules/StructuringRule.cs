using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>R02 拆分: several payments within a day, each just below a limit, together well above it. Score: how many.</summary>
[RuleKind("structuring")]
public sealed class StructuringRule(RuleVersion version) : Rule(version)
{
    private readonly Parameter _limit = version["limitFen"], _from = version["fromPercent"], _to = version["toPercent"], _count = version["minCount"],
        _sum = version["sumPercent"], _hours = version["windowHours"];

    public static IReadOnlyList<ParameterSpec> Schema =>
    [
        ParameterSpec.Fen("limitFen"), ParameterSpec.Percent("fromPercent", 100), ParameterSpec.Percent("toPercent", 100),
        ParameterSpec.Count("minCount", 2, 64), ParameterSpec.Percent("sumPercent", 10_000), ParameterSpec.Hours("windowHours"),
    ];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        var limit = _limit.For(entry.DebitClass, entry.DebitLevel);
        var (from, to) = (limit * _from.Default / 100, limit * _to.Default / 100);
        if (limit == 0 || flow.Amount < from || flow.Amount > to || state.Wallets.Find(flow.From) is not { } wallet) return;
        var window = Time.Hours(_hours.Default);
        // A late entry may complete a series that newer ones belong to: look at both sides of it.
        var (sum, flows) = (0L, new List<Flow>());
        for (var i = wallet.Out.From(flow.At - window); i < wallet.Out.Count && wallet.Out[i].At <= flow.At + window; i++)
        {
            var other = wallet.Out[i];
            if (other.Amount < from || other.Amount > to) continue;
            while (flows.Count > 0 && other.At - flows[0].At > window && flows[0].At < flow.At)
            {
                sum -= flows[0].Amount;
                flows.RemoveAt(0);
            }
            if (other.At - (flows.Count > 0 ? flows[0].At : other.At) > window) break;
            flows.Add(other);
            sum = checked(sum + other.Amount);
        }
        if (flows.Count < _count.Default || sum < limit * _sum.Default / 100) return;
        Report(findings, "series", flows.Count, flow.From, flows,
            [Value("payments", flows.Count, _count.Default, "count"), Value("sumFen", sum, limit * _sum.Default / 100, "fen"), Value("limitFen", flow.Amount, limit, "fen")], new Bilingual(
                $"{Words.Number(_hours.Default)} 小时内付出 {flows.Count} 笔，每笔略低于限额 {Words.Yuan((long)limit)}，合计 {Words.Yuan(sum)}",
                $"{flows.Count} payments within {Words.Number(_hours.Default)} h, each just below the limit of {Words.Yuan((long)limit)}, together {Words.Yuan(sum)}"));
    }
}
