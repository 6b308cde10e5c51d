using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Core;

/// <summary>
/// Decides commands: pure, synchronous, deterministic; no I/O, no clock, no randomness. An id decided once stays decided.
/// </summary>
public sealed class LedgerCore
{
    private static readonly Dictionary<Type, CommandRule> Rules = new CommandRule[]
    {
        new PaymentRule(), new TransferRule(), new ExchangeRule(), new HoldRule(), new HoldPostRule(), new HoldVoidRule(), new RefundRule(),
        new CancelRule(), new OnceCloseRule(), new WalletOpenRule(), new WalletStateRule(), new TokenRule(), new FundRule(), new FundReturnRule(),
        new IssueRule(), new ResolveRule(),
    }.ToDictionary(rule => rule.Command);

    private readonly Policy _policy;
    private readonly Decision _decision;
    private readonly KeyCollector _keys = new();

    public LedgerCore(Policy policy)
    {
        _policy = policy;
        _decision = new Decision(policy);
    }

    /// <summary>Adds the keys that the command needs and memory does not have, as far as they are known by now.</summary>
    public void CollectKeys(LedgerState state, LedgerCommand command, KeySet missing) => Collect(state, command, missing);

    /// <summary>
    /// Decides a command on top of what is decided already. Null: it needs <paramref name="missing"/> first and nothing was booked for it.
    /// </summary>
    /// <param name="state">The shard's working set.</param>
    /// <param name="command">The command.</param>
    /// <param name="nowMicros">The shard's clock, Unix microseconds; what is earlier than the last entry counts as the last entry's time.</param>
    /// <param name="missing">Receives the keys needed.</param>
    public LedgerOutcome? Decide(LedgerState state, LedgerCommand command, long nowMicros, KeySet missing)
    {
        if (!Collect(state, command, missing)) return null;
        CutDays(state, nowMicros);
        var now = state.LastAtMicros = Math.Max(nowMicros, state.LastAtMicros);
        _decision.Group = null;
        if (command is GroupCommand group) return DecideGroup(state, group, now);
        var outcome = DecideOne(state, command, now, enforceDeadline: true);
        return outcome.Status == OutcomeStatus.Refused && IsGuess(command) ? null : outcome;
    }

    /// <summary>A refusal books nothing, so no commit would find out that the command is a repetition or came second: it is given only on what is known.</summary>
    private bool IsGuess(LedgerCommand command)
    {
        _keys.Number(command.Id);
        foreach (var key in command.Once) _keys.Once(key);
        return !_keys.Complete;
    }

    /// <summary>Writes DAY_END for every business date that has ended: count, sum and chain hash of its entries. True when it wrote one.</summary>
    public bool CutDays(LedgerState state, long nowMicros)
    {
        var today = _policy.BusinessDate(Math.Max(nowMicros, state.LastAtMicros));
        if (state.BusinessDate == default) state.BusinessDate = today;
        if (state.BusinessDate >= today) return false;
        state.LastAtMicros = Math.Max(nowMicros, state.LastAtMicros);
        while (state.BusinessDate < today) EndDay(state);
        return true;
    }

    private static void EndDay(LedgerState state)
    {
        var date = state.BusinessDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var number = $"day-end-{state.Shard}-{date}";
        var id = TransferId.Of(SystemInstitution, NumberKind.System, number);
        var entry = new Entry
        {
            Shard = state.Shard, Seq = state.NextSeq(), Epoch = state.Epoch, Transfer = id, Leg = 0, Institution = SystemInstitution, Number = number,
            Kind = EntryKind.DayEnd, Amount = state.DaySum, AtMicros = state.LastAtMicros, BusinessDate = state.BusinessDate,
            Context = $"{{\"count\":{state.DayCount},\"sum\":{state.DaySum},\"hash\":\"{Convert.ToHexStringLower(state.FoldChain())}\"}}",
        };
        state.Entries.Add(entry);
        state.NewNumbers.Add(new NumberRow(id, 0, entry.Seq, 1, EntryKind.DayEnd, DeclineCode.None));
        state.BusinessDate = state.BusinessDate.AddDays(1);
        state.DayCount = state.DaySum = 0;
    }

    /// <summary>The institution under whose name the shard itself acts.</summary>
    public const string SystemInstitution = "system";

    private bool Collect(LedgerState state, LedgerCommand command, KeySet missing)
    {
        (_keys.State, _keys.Missing, _keys.Complete) = (state, missing, true);
        _keys.AssumesNew = state.AssumesNew && command is not GroupCommand && RuleOf(command).IsUsuallyNew;
        CollectOne(command);
        if (command is GroupCommand group) foreach (var member in group.Members) CollectOne(member);
        return _keys.Complete;
    }

    private void CollectOne(LedgerCommand command)
    {
        if (_keys.IsRepetition(command.Id))
        {
            if (_keys.Transfer(command.Id)!.Entries is { } entries && Outcomes.RefundsOf(entries[0]) is { } payment) _keys.Refund(payment);
            return;
        }
        foreach (var key in command.Once) _keys.Claim(key);
        if (command is not GroupCommand) RuleOf(command).Keys(_keys, command);
    }

    private LedgerOutcome DecideOne(LedgerState state, LedgerCommand command, long now, bool enforceDeadline)
    {
        if (state.Number(command.Id) is { Present: true } known) return Repeat(state, known, command);
        var rule = RuleOf(command);
        _decision.Start(state, command, now);
        if (enforceDeadline && rule.HasDeadline && now > command.NotAfterMicros) return _decision.Decline(DeclineCode.EXPIRED, rule.Describe(state, command));
        foreach (var key in command.Once)
            if (state.OnceOf(key) is { Present: true } claimed) return _decision.Decline(CodeOf(claimed.Row), rule.Describe(state, command));
        return rule.Decide(_decision, command);
    }

    private static LedgerOutcome Repeat(LedgerState state, NumberRecord known, LedgerCommand command)
    {
        var same = known.Row.Fingerprint == command.Fingerprint || known.Row.Fingerprint == 0 || command is ResolveCommand;
        return same
            ? Outcomes.Of(state, known.Entries!, replayed: true)
            : new LedgerOutcome { Id = command.Id, Status = OutcomeStatus.NumberReused, Shard = state.Shard };
    }

    private LedgerOutcome DecideGroup(LedgerState state, GroupCommand group, long now)
    {
        if (state.Number(group.Id) is { Present: true } known) return Repeat(state, known, group);
        foreach (var member in group.Members)
            if (member is GroupCommand || state.Number(member.Id)!.Present)
                return new LedgerOutcome { Id = group.Id, Status = OutcomeStatus.NumberReused, Shard = state.Shard };

        _decision.Start(state, group, now);
        if (group.Members.Select(member => member.Id).Append(group.Id).Distinct().Count() <= group.Members.Count) return _decision.Refuse(Refusal.NotAllowed);

        var outcomes = new List<LedgerOutcome>(group.Members.Count);
        var code = now > group.NotAfterMicros ? DeclineCode.EXPIRED : DeclineCode.None;
        var refused = Refusal.None;
        state.BeginGroup();
        _decision.Group = group.Id;
        foreach (var member in group.Members)
        {
            if (code != DeclineCode.None || refused != Refusal.None) break;
            var outcome = DecideOne(state, member, now, enforceDeadline: false);
            outcomes.Add(outcome);
            code = outcome.Code;
            refused = outcome.Refusal;
        }
        if (code == DeclineCode.None && refused == Refusal.None)
        {
            state.EndGroup();
            _decision.Start(state, group, now);
            _decision.Note(EntryKind.Group);
            return _decision.Settle() with { Members = outcomes };
        }
        state.RollBackGroup();
        _decision.Start(state, group, now);
        if (refused != Refusal.None) return _decision.Refuse(refused);
        outcomes.Clear();
        foreach (var member in group.Members)
        {
            _decision.Start(state, member, now);
            outcomes.Add(_decision.Decline(code, RuleOf(member).Describe(state, member)));
        }
        _decision.Start(state, group, now);
        return _decision.Decline(code, new DeclinedAttempt(EntryKind.Group, 0, 0, 0)) with { Members = outcomes };
    }

    private static CommandRule RuleOf(LedgerCommand command) => Rules.TryGetValue(command.GetType(), out var rule)
        ? rule
        : throw new LedgerInvariantException($"No rule decides {command.GetType().Name}.");

    private static DeclineCode CodeOf(OnceRow claimed) => claimed switch
    {
        { Closed: true } => DeclineCode.ORDER_CLOSED,
        { Key.Kind: OnceKind.Order } => DeclineCode.ALREADY_PAID,
        { Key.Kind: OnceKind.PayCode } => DeclineCode.PAY_CODE_USED,
        _ => DeclineCode.ALREADY_CLAIMED,
    };
}
