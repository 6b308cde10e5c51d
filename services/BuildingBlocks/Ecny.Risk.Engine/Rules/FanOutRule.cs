using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R08 分散转出: money of one or two payers goes on to many new payees within hours (score: payees). From the fresh graph: bursts of new payees,
/// and spread money that meets again (scatter–gather).
/// </summary>
[RuleKind("fan-out")]
public sealed class FanOutRule(RuleVersion version) : Rule(version)
{
    private readonly Parameter _payees = version["minPayees"], _hours = version["windowHours"], _payers = version["maxPayers"], _funded = version["fundedPercent"],
        _busyTwo = version["regatherMaxBusyTwo"], _busyMany = version["regatherMaxBusyMany"], _score = version["graphScore"];
    private readonly FreshBurst _short = Burst(version, "short"), _long = Burst(version, "long");
    private readonly PrevalenceGuard _regatherGuard = new(version["regatherGuardMaxPercent"].Default, version["guardMinObserved"].Default, true);
    private readonly HashSet<long> _distinct = [], _sources = [];

    public static IReadOnlyList<ParameterSpec> Schema =>
    [
        ParameterSpec.Count("minPayees", 2, 64), ParameterSpec.Hours("windowHours"), ParameterSpec.Count("maxPayers", 1, 64), ParameterSpec.Percent("fundedPercent", 100),
        .. FreshBurst.Schema("short"), .. FreshBurst.Schema("long"), ParameterSpec.Count("minBurst", 2, 64), ParameterSpec.Days("warmUpDays"),
        ParameterSpec.Count("regatherMaxBusyTwo", 0, 1e9), ParameterSpec.Count("regatherMaxBusyMany", 0, 1e9),
        ParameterSpec.Percent("guardMaxPercent", 100), ParameterSpec.Percent("regatherGuardMaxPercent", 100), ParameterSpec.Count("guardMinObserved", 0, 1e6), ParameterSpec.Count("graphScore", 0, 1_000),
    ];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        var needed = (int)_payees.For(entry.DebitClass, entry.DebitLevel);
        if (!flow.IsFirst || !flow.IsBetweenPersons || state.Wallets.Find(flow.From) is not { } wallet || wallet.Out.Count < needed || wallet.In.Count == 0) return;
        var from = flow.At - Time.Hours(_hours.Default);
        _distinct.Clear();
        var gone = 0L;
        for (var i = wallet.Out.From(from); i < wallet.Out.Count && wallet.Out[i].At <= flow.At; i++)
        {
            if (wallet.Out[i] is not { IsFirst: true, IsBetweenPersons: true } outflow) continue;
            _distinct.Add(outflow.To);
            gone += outflow.Amount;
        }
        if (_distinct.Count < needed) return;
        _sources.Clear();
        var came = 0L;
        for (var i = wallet.In.From(from); i < wallet.In.Count && wallet.In[i].At < flow.At; i++)
        {
            _sources.Add(wallet.In[i].From);
            came += wallet.In[i].Amount;
        }
        if (_sources.Count == 0 || _sources.Count > _payers.For(entry.DebitClass, entry.DebitLevel) || came * 100.0 < gone * _funded.Default) return;
        var evidence = Range(wallet.In, from, flow.At).Concat(Range(wallet.Out, from, flow.At + 1).Where(outflow => outflow is { IsFirst: true, IsBetweenPersons: true }));
        Report(findings, "scatter", _distinct.Count, flow.From, evidence, [Value("newPayees", _distinct.Count, needed, "count"), Value("payers", _sources.Count, _payers.Default, "count")], new Bilingual(
            $"{Words.Number(_hours.Default)} 小时内把来自 {_sources.Count} 个付款人的 {Words.Yuan(came)} 分散转给 {_distinct.Count} 个新收款人",
            $"{Words.Yuan(came)} from {_sources.Count} payer(s) went on to {_distinct.Count} new payees within {Words.Number(_hours.Default)} h"));
    }

    public override void OnRipe(Flow edge, RiskState state, List<Finding> findings)
    {
        var graph = state.Graph;
        var payees = graph.Find(edge.From)!.Out;
        foreach (var burst in (FreshBurst[])[_short, _long])
            if (burst.Find(payees, graph) is var (flows, chance))
                Report(findings, "burst", _score.Default, edge.From, flows, [Value("newPayees", flows.Count, Version["minBurst"].Default, "count"), Value("chancePerMillion", chance, Version["shortBurstMaxChancePerMillion"].Default, "per million")], new Bilingual(
                    $"集中向 {flows.Count} 个新收款人转出 {Words.Yuan(Words.Sum(flows))}，此后均未再付款", $"{Words.Yuan(Words.Sum(flows))} went to {flows.Count} new payees in a burst and never again"));

        _regatherGuard.Observe();
        var (regathered, middles) = Shapes.Regather(edge, graph, _busyTwo.Default, _busyMany.Default);
        if (middles > 0 && _regatherGuard.Fire())
            Report(findings, "regather", _score.Default, edge.To, regathered, [Value("middles", middles, 2, "count")], new Bilingual(
                $"资金分散经 {middles} 个新中间钱包后重新汇集", $"money spread over {middles} new middle wallets came together again"));
    }

    internal override void Save(StateWriter writer)
    {
        _short.Save(writer);
        _long.Save(writer);
        _regatherGuard.Save(writer);
    }

    internal override void Load(StateReader reader)
    {
        _short.Load(reader);
        _long.Load(reader);
        _regatherGuard.Load(reader);
    }

    private static FreshBurst Burst(RuleVersion version, string prefix) => new(version[prefix + "BurstDays"], version[prefix + "BurstMaxChancePerMillion"], version["minBurst"], version["warmUpDays"],
        new PrevalenceGuard(version["guardMaxPercent"].Default, version["guardMinObserved"].Default, false));

    private static IEnumerable<Flow> Range(FlowList list, long from, long to)
    {
        for (var i = list.From(from); i < list.Count && list[i].At < to; i++) yield return list[i];
    }
}
