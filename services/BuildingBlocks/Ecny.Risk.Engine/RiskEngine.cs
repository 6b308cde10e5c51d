using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Rules;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine;

/// <summary>
/// The streaming risk engine: entries in, alerts out, in memory and on one thread. It reads no clock, rolls no dice and does no I/O: the same
/// calls in the same order give the same alerts bit by bit, so the state can be rebuilt from nothing by replaying the journal.
/// Time is event time; the newest entry is the watermark, late ones go to their place within <see cref="EngineOptions.AllowedLateness"/>.
/// </summary>
public sealed class RiskEngine
{
    private readonly Rule[] _rules;
    private readonly RiskState _state;
    private readonly WalletTable _wallets;
    private readonly PairTable _pairs;
    private readonly RipeningQueue _ripening;
    private readonly AlertBook _book;
    private readonly Dictionary<int, long> _lastSeq = [];
    private readonly List<Finding> _findings = [];
    private readonly long _lateness, _flowWindow;
    private long _taken, _late, _tooLate, _duplicates, _found;

    public RiskEngine(RuleCatalogue catalogue, EngineOptions options)
    {
        _rules = [.. catalogue.Rules.Select(RuleKinds.Create)];
        (_lateness, _flowWindow) = (Time.Micros(options.AllowedLateness), Time.Micros(options.FlowWindow));
        _wallets = new WalletTable(_flowWindow, options.FlowsPerWallet);
        _pairs = new PairTable(Time.Micros(options.PairMemory), options.MaxPairs);
        _ripening = new RipeningQueue(Time.Days(catalogue.Graph.RipenDays));
        _state = new RiskState(_wallets, new FreshGraph(catalogue.Graph));
        _book = new AlertBook(catalogue);
    }

    /// <summary>An engine that knows what another one knew when it was saved, and goes on exactly as that one would have. The catalogue may be a newer one.</summary>
    /// <exception cref="EngineStateException">The state is damaged or of another format.</exception>
    public RiskEngine(RuleCatalogue catalogue, EngineOptions options, EngineState state) : this(catalogue, options)
    {
        EngineSnapshot.Load(state, catalogue, Load, _rules);
    }

    /// <summary>Everything the engine knows. It can be used on afterwards.</summary>
    public EngineState Save() => EngineSnapshot.Save(Save, _rules);

    public EngineStatistics Statistics =>
        new(_taken, _late, _tooLate, _duplicates, _wallets.Count, _pairs.Count, _ripening.Count, _state.Graph.Count, _book.OpenCount, _found);

    /// <summary>Takes an entry; alerts raised or extended by it are added to <paramref name="alerts"/>.</summary>
    public Acceptance Accept(in RiskEntry entry, List<Alert> alerts)
    {
        // Gaps are the consumer's business: it pulls what is missing before it feeds what follows.
        if (_lastSeq.TryGetValue(entry.Shard, out var last) && entry.Seq <= last)
        {
            _duplicates++;
            return Acceptance.Duplicate;
        }
        _lastSeq[entry.Shard] = entry.Seq;
        return Take(entry, alerts);
    }

    /// <summary>Takes an entry that was passed over at its own place, later than its neighbours and once; it goes to its place in every window.</summary>
    public Acceptance AcceptPassed(in RiskEntry entry, List<Alert> alerts) => Take(entry, alerts);

    private Acceptance Take(in RiskEntry entry, List<Alert> alerts)
    {
        var (fromCustomer, toCustomer) = (entry.DebitClass <= WalletClass.Corporate, entry.CreditClass <= WalletClass.Corporate);
        if (!MovesMoney(entry.Kind) || !fromCustomer && !toCustomer || entry.Debit == entry.Credit) return Acceptance.NotRelevant;
        var isLate = entry.AtMicros < _state.Watermark;
        if (isLate && entry.AtMicros < _state.Watermark - _lateness)
        {
            _tooLate++;
            return Acceptance.TooLate;
        }
        AdvanceTo(entry.AtMicros, alerts);

        var isBetweenPersons = entry.Kind == EntryKind.Transfer && entry.DebitClass <= WalletClass.IV && entry.CreditClass <= WalletClass.IV;
        var isFirst = isBetweenPersons && _pairs.Meet(entry.Debit, entry.Credit, entry.AtMicros, _ripening.Ripen);
        var flow = new Flow(entry, isFirst, isBetweenPersons, _state.HasLists ? ListRule.ListedPerMyriad(entry.Debit, entry.AtMicros, _state) : 0);
        if (fromCustomer) Touch(entry.Debit).Out.Add(flow);
        if (toCustomer) Touch(entry.Credit).In.Add(flow);
        if (isFirst) _ripening.Add(flow);
        _taken++;
        if (isLate) _late++;

        foreach (var rule in _rules) rule.OnEntry(entry, flow, _state, _findings);
        Judge(alerts);
        return isLate ? Acceptance.TakenLate : Acceptance.Taken;
    }

    /// <summary>A listing begins or ends.</summary>
    public void Accept(in ListChange change) => _state.Apply(change);

    /// <summary>Event time has come this far although no entry says so: the shard's end of day, or the end of a file. Never goes back.</summary>
    public void AdvanceTo(long atMicros, List<Alert> alerts)
    {
        if (atMicros <= _state.Watermark) return;
        _state.Watermark = atMicros;
        _wallets.Evict(atMicros);
        _pairs.Advance(atMicros);
        _book.Evict(atMicros);
        while (_ripening.TryTake(atMicros, out var edge))
        {
            if (!_pairs.StayedSingle(edge.From, edge.To)) continue;
            _state.Graph.Add(edge);
            foreach (var rule in _rules) rule.OnRipe(edge, _state, _findings);
            Judge(alerts);
        }
    }

    private void Judge(List<Alert> alerts)
    {
        if (_findings.Count == 0) return;
        _found += _findings.Count;
        foreach (var finding in _findings) _book.Take(finding, _state.Watermark, _state, alerts);
        _findings.Clear();
    }

    private void Save(StateWriter writer)
    {
        writer.List(_lastSeq, last =>
        {
            writer.Int(last.Key);
            writer.Long(last.Value);
        });
        foreach (var count in (long[])[_taken, _late, _tooLate, _duplicates, _found]) writer.Long(count);
        _wallets.Save(writer);
        _pairs.Save(writer);
        _ripening.Save(writer);
        _state.Save(writer);
        _state.Graph.Save(writer);
        _book.Save(writer);
    }

    private void Load(StateReader reader)
    {
        reader.Each(() => _lastSeq.Add(reader.Int(), reader.Long()));
        (_taken, _late, _tooLate, _duplicates, _found) = (reader.Long(), reader.Long(), reader.Long(), reader.Long(), reader.Long());
        _wallets.Load(reader);
        _pairs.Load(reader);
        _ripening.Load(reader);
        _state.Load(reader);
        _state.Graph.Load(reader);
        _book.Load(reader);
    }

    private WalletFlows Touch(long wallet)
    {
        var state = _wallets.Get(wallet, _state.Watermark);
        state.Touch(_state.Watermark, _state.Watermark - _flowWindow);
        return state;
    }

    private static bool MovesMoney(EntryKind kind) => kind is EntryKind.Payment or EntryKind.Transfer or EntryKind.ExchangeIn or EntryKind.ExchangeOut or EntryKind.HoldPost;
}
