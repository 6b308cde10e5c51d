using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R07 分散转入: many new payers within a day whose money goes on to one or two payees (score: payers). From the fresh graph: bursts of new payers,
/// payers in concert (several new payers share several new payees), a turntable (gathered, then scattered).
/// </summary>
[RuleKind("fan-in")]
public sealed class FanInRule(RuleVersion version) : Rule(version)
{
    private const double TurntableHistoryDays = 3;
    private readonly Parameter _payers = version["minPayers"], _hours = version["windowHours"], _on = version["onPercent"], _payees = version["maxPayees"],
        _concertBusy = version["concertMaxBusy"], _turnDays = version["turntableDays"], _turnEach = version["minTurntableEach"], _turnOthers = version["turntableMaxOthers"], _score = version["graphScore"];
    private readonly FreshBurst _short = Burst(version, "short"), _long = Burst(version, "long");
    private readonly PrevalenceGuard _turnGuard = new(version["guardMaxPercent"].Default, version["guardMinObserved"].Default, false);
    private readonly PrevalenceGuard _concertGuard = new(version["concertGuardMaxPercent"].Default, version["guardMinObserved"].Default, true);
    private readonly HashSet<long> _distinct = [];
    private readonly Dictionary<long, long> _sentTo = [];

    public static IReadOnlyList<ParameterSpec> Schema =>
    [
        ParameterSpec.Count("minPayers", 2, 64), ParameterSpec.Hours("windowHours"), ParameterSpec.Percent("onPercent", 100), ParameterSpec.Count("maxPayees", 1, 64),
        .. FreshBurst.Schema("short"), .. FreshBurst.Schema("long"), ParameterSpec.Count("minBurst", 2, 64), ParameterSpec.Days("warmUpDays"),
        ParameterSpec.Count("concertMaxBusy", 0, 1e9), ParameterSpec.Days("turntableDays"), ParameterSpec.Count("minTurntableEach", 2, 64), ParameterSpec.Count("turntableMaxOthers", 0, 64),
        ParameterSpec.Percent("guardMaxPercent", 100), ParameterSpec.Percent("concertGuardMaxPercent", 100), ParameterSpec.Count("guardMinObserved", 0, 1e6), ParameterSpec.Count("graphScore", 0, 1_000),
    ];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        var needed = (int)_payers.For(entry.DebitClass, entry.DebitLevel);
        if (!GoesOn(flow) || state.Wallets.Find(flow.From) is not { } wallet || wallet.In.Count < needed) return;
        var from = flow.At - Time.Hours(_hours.Default);
        _distinct.Clear();
        var (came, firstAt) = (0L, long.MaxValue);
        for (var i = wallet.In.From(from); i < wallet.In.Count && wallet.In[i].At < flow.At; i++)
        {
            if (wallet.In[i] is not { IsFirst: true, IsBetweenPersons: true } inflow) continue;
            _distinct.Add(inflow.From);
            came += inflow.Amount;
            firstAt = Math.Min(firstAt, inflow.At);
        }
        if (_distinct.Count < needed) return;
        _sentTo.Clear();
        for (var i = wallet.Out.From(firstAt); i < wallet.Out.Count && wallet.Out[i].At <= flow.At; i++)
            if (GoesOn(wallet.Out[i])) _sentTo[wallet.Out[i].To] = _sentTo.GetValueOrDefault(wallet.Out[i].To) + wallet.Out[i].Amount;
        var payees = _sentTo.OrderByDescending(sent => sent.Value).ThenBy(sent => sent.Key).Take((int)_payees.Default).ToDictionary();
        var gone = payees.Values.Sum();
        if (gone * 100.0 < came * _on.Default || !payees.ContainsKey(flow.To)) return;
        var evidence = Range(wallet.In, from, flow.At).Where(inflow => inflow is { IsFirst: true, IsBetweenPersons: true })
            .Concat(Range(wallet.Out, firstAt, flow.At + 1).Where(outflow => GoesOn(outflow) && payees.ContainsKey(outflow.To)));
        Report(findings, "gather", _distinct.Count, flow.From, evidence, [Value("newPayers", _distinct.Count, needed, "count"), Value("onPercent", gone * 100.0 / came, _on.Default, "percent")], new Bilingual(
            $"{Words.Number(_hours.Default)} 小时内 {_distinct.Count} 个新付款人转入 {Words.Yuan(came)}，其中 {Words.Number(Math.Min(100, Math.Floor(gone * 100.0 / came)))}% 转给 {payees.Count} 个收款人",
            $"{_distinct.Count} new payers sent {Words.Yuan(came)} within {Words.Number(_hours.Default)} h, and {Words.Number(Math.Min(100, Math.Floor(gone * 100.0 / came)))} % of it went on to {payees.Count} payee(s)"));
    }

    public override void OnRipe(Flow edge, RiskState state, List<Finding> findings)
    {
        var graph = state.Graph;
        var payers = graph.Find(edge.To)!.In;
        foreach (var burst in (FreshBurst[])[_short, _long])
            if (burst.Find(payers, graph) is var (flows, chance))
                Report(findings, "burst", _score.Default, edge.To, flows, [Value("newPayers", flows.Count, Version["minBurst"].Default, "count"), Value("chancePerMillion", chance, Version["shortBurstMaxChancePerMillion"].Default, "per million")], new Bilingual(
                    $"{flows.Count} 个新付款人集中转入 {Words.Yuan(Words.Sum(flows))}，此后均未再付款", $"{flows.Count} new payers sent {Words.Yuan(Words.Sum(flows))} in a burst and never again"));

        _concertGuard.Observe();
        var (concert, squares) = Shapes.Concert(edge, graph, _concertBusy.Default);
        if (squares > 0 && _concertGuard.Fire())
            Report(findings, "concert", _score.Default, edge.To, concert, [Value("squares", squares, 1, "count")], new Bilingual(
                $"多个新付款人向同样的几个新收款人付款（{squares} 组交叉关系）", $"new payers paid the same set of new payees in concert ({squares} crossed pair(s))"));

        // While the graph fills, what was gathered before it began is missing and every wallet looks like a newcomer.
        if (edge.At < graph.Start + Time.Days(_turnDays.Default + TurntableHistoryDays)) return;
        _turnGuard.Observe();
        if (Shapes.Turntable(graph.Find(edge.From)!, edge, Time.Days(_turnDays.Default), (int)_turnEach.Default, _turnOthers.Default) is { } turn && _turnGuard.Fire())
            Report(findings, "turntable", _score.Default, edge.From, turn, [Value("flows", turn.Count, 2 * _turnEach.Default, "count")], new Bilingual(
                $"先由至少 {_turnEach.Default} 个新付款人集中转入，再分散转给至少 {_turnEach.Default} 个新收款人", $"gathered from at least {_turnEach.Default} new payers, then scattered to at least {_turnEach.Default} new payees"));
    }

    // What is spent in shops does not go on; what is redeemed to a bank account does.
    private static bool GoesOn(Flow flow) => flow.IsBetweenPersons || flow.Kind == EntryKind.ExchangeOut;

    internal override void Save(StateWriter writer)
    {
        _short.Save(writer);
        _long.Save(writer);
        _turnGuard.Save(writer);
        _concertGuard.Save(writer);
    }

    internal override void Load(StateReader reader)
    {
        _short.Load(reader);
        _long.Load(reader);
        _turnGuard.Load(reader);
        _concertGuard.Load(reader);
    }

    private static FreshBurst Burst(RuleVersion version, string prefix) => new(version[prefix + "BurstDays"], version[prefix + "BurstMaxChancePerMillion"], version["minBurst"], version["warmUpDays"],
        new PrevalenceGuard(version["guardMaxPercent"].Default, version["guardMinObserved"].Default, false));

    private static IEnumerable<Flow> Range(FlowList list, long from, long to)
    {
        for (var i = list.From(from); i < list.Count && list[i].At < to; i++) yield return list[i];
    }
}
