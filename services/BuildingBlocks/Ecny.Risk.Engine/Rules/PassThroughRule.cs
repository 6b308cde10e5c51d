using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R04 快进快出: what comes in leaves at once, more than once a day (score: cycles); or what leaves is exactly what came in less a round
/// commission, at a rate that many wallets of the city share (score: <see cref="CommissionScore"/>).
/// </summary>
[RuleKind("pass-through")]
public sealed class PassThroughRule(RuleVersion version) : Rule(version)
{
    private const double CommissionScore = 3;
    private readonly Parameter _minInflow = version["minInflowFen"], _leave = version["leavePercent"], _rest = version["restPercent"], _minutes = version["withinMinutes"],
        _cycles = version["minCycles"], _hours = version["windowHours"];
    private readonly CommissionBook _commissions = new(version);

    public static IReadOnlyList<ParameterSpec> Schema =>
    [
        ParameterSpec.Fen("minInflowFen"), ParameterSpec.Percent("leavePercent", 100), ParameterSpec.Percent("restPercent", 100), ParameterSpec.Count("withinMinutes", 1, 1_440),
        ParameterSpec.Count("minCycles", 1, 64), ParameterSpec.Hours("windowHours"), .. CommissionBook.Schema,
    ];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        if (state.Wallets.Find(flow.From) is not { In.Count: > 0 } wallet) return;
        var least = (long)_minInflow.For(entry.DebitClass, entry.DebitLevel);
        var needed = _cycles.For(entry.DebitClass, entry.DebitLevel);
        var (cycles, completesNow, next) = (0, false, 0);
        List<Flow>? evidence = null;
        for (var i = wallet.In.From(flow.At - Time.Hours(_hours.Default)); i < wallet.In.Count; i++)
        {
            var inflow = wallet.In[i];
            if (inflow.At >= flow.At) break;
            if (inflow.Amount < least) continue;
            var (gone, first) = (0L, Math.Max(next, wallet.Out.From(inflow.At)));
            var last = first;
            while (last < wallet.Out.Count && wallet.Out[last].At <= inflow.At + (long)_minutes.Default * Time.Minute && gone * 100.0 < inflow.Amount * _leave.Default)
                gone += wallet.Out[last++].Amount;
            if (gone * 100.0 < inflow.Amount * _leave.Default) continue;
            var isNow = wallet.Out[last - 1] == flow;
            if (isNow && entry.DebitBalance >= 0 && entry.DebitBalance * 100.0 > inflow.Amount * _rest.Default) continue;
            cycles++;
            completesNow |= isNow;
            (evidence ??= []).Add(inflow);
            for (next = first; next < last; next++) evidence.Add(wallet.Out[next]);
        }
        if (!completesNow || cycles < needed) return;
        Report(findings, "pass-through", cycles, flow.From, evidence!, [Value("cycles", cycles, needed, "count"), Value("minInflowFen", evidence![0].Amount, least, "fen")], new Bilingual(
            $"{Words.Number(_hours.Default)} 小时内 {cycles} 次快进快出：每次收款的 {Words.Number(_leave.Default)}% 以上在 {Words.Number(_minutes.Default)} 分钟内转出",
            $"{cycles} times within {Words.Number(_hours.Default)} h at least {Words.Number(_leave.Default)} % of an inflow left within {Words.Number(_minutes.Default)} min"));
    }

    public override void OnRipe(Flow edge, RiskState state, List<Finding> findings)
    {
        foreach (var match in _commissions.OnRipe(edge, state.Graph))
            Report(findings, "commission", CommissionScore, match.Wallet, match.Flows, [Value("commissionPercent", match.Percent, match.Percent, "percent"), Value("wallets", match.AtThisRate, match.MinMatches, "count")], new Bilingual(
                $"转出金额恰为收款减 {Words.Number(match.Percent)}% 佣金，同一费率近期出现 {match.AtThisRate} 次",
                $"what left is exactly what came in less a commission of {Words.Number(match.Percent)} %, a rate met {match.AtThisRate} times of late"));
    }

    internal override void Save(StateWriter writer) => _commissions.Save(writer);

    internal override void Load(StateReader reader) => _commissions.Load(reader);
}
