using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Pump;

/// <summary>One call: its commands and their answers, given together when the last one is durable.</summary>
internal sealed class Submission(LedgerCommand[] commands)
{
    private readonly LedgerOutcome[] _outcomes = new LedgerOutcome[commands.Length];
    private readonly TaskCompletionSource<LedgerOutcome[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = commands.Length;

    public LedgerCommand[] Commands { get; } = commands;
    public Task<LedgerOutcome[]> Answer => _answer.Task;

    /// <summary>Called by the loop only.</summary>
    public void Set(int index, LedgerOutcome outcome)
    {
        _outcomes[index] = outcome;
        if (--_open == 0) _answer.TrySetResult(_outcomes);
    }

    public void Fail(string reason) => _answer.TrySetException(new ShardUnavailableException(reason));
}

/// <summary>A command on its way through the pump.</summary>
internal sealed class Pending(LedgerCommand command, Submission? owner, int index)
{
    public LedgerCommand Command { get; } = command;
    /// <summary>Counts against the size of a batch: a group brings its members.</summary>
    public int Weight { get; } = command is GroupCommand group ? Math.Max(1, group.Members.Count) : 1;
    /// <summary>The decision, known to nobody before it is durable.</summary>
    public LedgerOutcome? Outcome;
    /// <summary>False until the core was asked which rows it needs.</summary>
    public bool Collected;
    /// <summary>The load that brings its missing rows; 0: none is missing.</summary>
    public long LoadTicket;
    /// <summary>The core broke off on it once.</summary>
    public bool Suspect;
    /// <summary>How often a decision had to wait for rows.</summary>
    public int Deferrals;

    public void Answer(LedgerOutcome outcome) => owner?.Set(index, outcome);

    public void Fail(string reason) => owner?.Fail(reason);

    /// <summary>Whatever was decided on is gone: decide it afresh.</summary>
    public void Forget()
    {
        Outcome = null;
        Collected = false;
        LoadTicket = 0;
        Deferrals = 0;
    }

    public LedgerOutcome Processing(int shard) => new() { Id = Command.Id, Status = OutcomeStatus.Processing, Shard = shard };
}
