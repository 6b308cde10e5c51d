using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R10 环流: money comes back to where it started, hop after hop in time. Within hours each hop may lose a little (score: hops); over the fresh graph
/// amounts are free, but the members of a short cycle must not be busy.
/// </summary>
[RuleKind("cycle")]
public sealed class CycleRule(RuleVersion version) : Rule(version)
{
    private readonly Parameter _min = version["minLength"], _max = version["maxLength"], _hours = version["windowHours"], _decay = version["decayPercent"], _visits = version["maxVisits"],
        _busyThree = version["freshMaxBusyThree"], _busyFour = version["freshMaxBusyFour"], _busyHop = version["freshMaxBusyHop"], _freshMax = version["freshMaxLength"], _score = version["graphScore"];
    private readonly PrevalenceGuard _guard = new(version["guardMaxPercent"].Default, version["guardMinObserved"].Default, true);

    public static IReadOnlyList<ParameterSpec> Schema =>
    [
        ParameterSpec.Count("minLength", 2, 10), ParameterSpec.Count("maxLength", 2, 10), ParameterSpec.Hours("windowHours"), ParameterSpec.Percent("decayPercent", 100), ParameterSpec.Count("maxVisits", 1, 1e6),
        ParameterSpec.Count("freshMaxLength", 3, 10), ParameterSpec.Count("freshMaxBusyThree", 0, 1e9), ParameterSpec.Count("freshMaxBusyFour", 0, 1e9), ParameterSpec.Count("freshMaxBusyHop", 0, 1e9),
        ParameterSpec.Percent("guardMaxPercent", 100), ParameterSpec.Count("guardMinObserved", 0, 1e6), ParameterSpec.Count("graphScore", 0, 1_000),
    ];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        // Only who paid before can be where the money came from.
        if (!flow.IsBetweenPersons || state.Wallets.Find(flow.To) is not { Out.Count: > 0 }) return;
        var keep = 1 - _decay.Default / 100;
        var cycles = CycleSearch.Closed(flow, flow.At - Time.Hours(_hours.Default), (int)_max.Default, (int)_visits.Default,
            wallet => state.Wallets.Find(wallet)?.In, (hop, next) => hop.IsBetweenPersons && next.Amount <= hop.Amount && next.Amount >= hop.Amount * keep);
        foreach (var cycle in cycles)
        {
            if (cycle.Count < _min.Default) continue;
            Report(findings, "cycle", cycle.Count, flow.To, cycle, [Value("hops", cycle.Count, _min.Default, "count"), Value("returnedPercent", flow.Amount * 100.0 / cycle[^1].Amount, 100 - _decay.Default, "percent")], new Bilingual(
                $"{Words.Number(_hours.Default)} 小时内 {Words.Yuan(cycle[^1].Amount)} 经 {cycle.Count} 步回到起点 {Words.Yuan(flow.Amount)}",
                $"{Words.Yuan(cycle[^1].Amount)} came back as {Words.Yuan(flow.Amount)} after {cycle.Count} hops within {Words.Number(_hours.Default)} h"));
        }
    }

    public override void OnRipe(Flow edge, RiskState state, List<Finding> findings)
    {
        _guard.Observe();
        var graph = state.Graph;
        if (graph.Find(edge.To)!.Out.Count == 0) return;
        var cycles = CycleSearch.Closed(edge, edge.At - graph.Window, (int)_freshMax.Default, (int)_visits.Default,
            wallet => graph.Find(wallet) is { } node && !graph.IsHub(node.In) ? node.In : null, static (_, _) => true);
        foreach (var cycle in cycles)
        {
            if (cycle.Count < 3 || TooBusy(cycle, graph) || !_guard.Fire()) continue;
            var days = (edge.At - cycle[^1].At) / (double)Time.Day;
            Report(findings, "fresh-cycle", _score.Default, edge.To, cycle, [Value("hops", cycle.Count, 3, "count"), Value("days", days, graph.Window / Time.Day, "days")], new Bilingual(
                $"资金在互无往来的 {cycle.Count} 个钱包间按时间顺序绕行一圈，历时 {Words.Number(days)} 天", $"money went round {cycle.Count} wallets new to each other, in order of time, within {Words.Number(days)} days"));
        }
    }

    internal override void Save(StateWriter writer) => _guard.Save(writer);

    internal override void Load(StateReader reader) => _guard.Load(reader);

    private bool TooBusy(List<Flow> cycle, FreshGraph graph)
    {
        double busy = 1, limit = cycle.Count switch { 3 => _busyThree.Default, 4 => _busyFour.Default, _ => 1 };
        foreach (var hop in cycle)
        {
            busy *= (double)graph.Payees(hop.From) * graph.Payers(hop.From);
            if (cycle.Count > 4) limit *= _busyHop.Default;
        }
        return busy > limit;
    }
}
