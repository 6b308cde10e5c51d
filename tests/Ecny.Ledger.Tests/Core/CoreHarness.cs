using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Tests.Core;

/// <summary>Core, working set and tables, driven one command at a time; batches end where the test says.</summary>
internal sealed class CoreHarness
{
    private readonly LedgerCore _core;
    private readonly List<(LedgerCommand Command, long Now, LedgerOutcome Outcome)> _open = [];

    public CoreHarness(Policy policy, LedgerStateOptions options)
    {
        _core = new LedgerCore(policy);
        State = new LedgerState(options);
        State.Reset(new ShardHead
        {
            Shard = 0, Epoch = 1, Owner = "test", Seq = 0, AtMicros = 0, BusinessDate = default, DayCount = 0, DaySum = 0, Chain = EntryHash.Genesis,
        });
    }

    public LedgerState State { get; }
    public MemoryTables Tables { get; } = new();
    public long Rounds { get; private set; }

    /// <summary>Decisions taken back because something taken for new was not.</summary>
    public long TakenBack { get; private set; }

    /// <param name="command">The command.</param>
    /// <param name="nowMicros">Unix microseconds.</param>
    /// <param name="assumesNew">Take what memory does not know for new; when the commit would find out otherwise, everything open is decided again on what is stored.</param>
    public LedgerOutcome Decide(LedgerCommand command, long nowMicros, bool assumesNew = false)
    {
        State.AssumesNew = assumesNew;
        var outcome = Attempt(command, nowMicros);
        State.AssumesNew = false;
        if (assumesNew && IsTaken(command, outcome))
        {
            TakenBack++;
            AbortAndRepeat();
            outcome = Attempt(command, nowMicros);
        }
        _open.Add((command, nowMicros, outcome));
        return outcome;
    }

    public void Commit()
    {
        if (State.HasDecisions)
        {
            var batch = State.Seal();
            Tables.Apply(batch);
            State.Committed(batch);
        }
        _open.Clear();
    }

    /// <summary>Aborts what is not committed and decides it again: every answer must come out the same.</summary>
    public void AbortAndRepeat()
    {
        State.Discard();
        foreach (var (command, now, first) in _open)
        {
            var again = Attempt(command, now);
            Assert.Equal((first.Status, first.Code, first.Seq, first.Amount, first.RefundedTotal), (again.Status, again.Code, again.Seq, again.Amount, again.RefundedTotal));
        }
    }

    private bool IsTaken(LedgerCommand command, LedgerOutcome outcome) => !outcome.Replayed && outcome.Status switch
    {
        OutcomeStatus.Settled => Tables.Numbers.ContainsKey(command.Id) || command.Once.Any(Tables.Once.ContainsKey),
        OutcomeStatus.Declined => Tables.Numbers.ContainsKey(command.Id),
        _ => false,
    };

    private LedgerOutcome Attempt(LedgerCommand command, long nowMicros)
    {
        for (var round = 0; round < 8; round++)
        {
            var missing = new KeySet();
            if (_core.Decide(State, command, nowMicros, missing) is { } outcome) return outcome;
            Assert.False(missing.IsEmpty, "the core asked for nothing");
            State.Absorb(missing, Tables.Load(missing));
            Rounds++;
        }
        throw new InvalidOperationException($"{command} still asks for rows after eight rounds.");
    }
}
