using Ecny.Ledger.Store;

namespace Ecny.Testing.Simulation;

/// <summary>
/// A primary with a synchronous standby: a log of transactions, the tables they make, and how much of the log the standby is certain to have.
/// What was acknowledged is on both; a failover keeps a prefix of the log that contains it.
/// </summary>
public sealed class SimulatedDatabase
{
    private readonly List<Action<SimulatedTables>> _log = [];
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _onStandby;
    private bool _locked;

    public SimulatedTables Tables { get; private set; } = new();

    /// <summary>For proving that the simulation finds what is wrong: a standby that lags behind what was acknowledged.</summary>
    public bool LosesAcknowledged { get; init; }

    /// <summary>Counts failovers; a connection of an earlier generation is broken.</summary>
    public int Generation { get; private set; }

    public bool StandbyPresent { get; private set; } = true;

    /// <summary>Transactions that a failover may lose.</summary>
    public int Unacknowledged => _log.Count - _onStandby;

    /// <summary>Keeps the shard's row locked, as a stuck transaction does: what writes waits in a queue until <see cref="Unlock"/>.</summary>
    public void Lock() => _locked = true;

    public void Unlock()
    {
        _locked = false;
        // Each goes on right here, in the order in which they came.
        while (_waiting.TryDequeue(out var next)) next.SetResult();
    }

    /// <summary>Ends when the row lock is free.</summary>
    public Task RowLock()
    {
        if (!_locked) return Task.CompletedTask;
        var next = new TaskCompletionSource();
        _waiting.Enqueue(next);
        return next.Task;
    }

    /// <summary>Commits on the primary; the caller hears of it only when the standby has it too: see <see cref="Replicate"/>.</summary>
    public void Write(Action<SimulatedTables> transaction)
    {
        transaction(Tables);
        _log.Add(transaction);
    }

    /// <summary>True: the standby has everything. False: it is away, nothing may be acknowledged.</summary>
    public bool Replicate()
    {
        if (!StandbyPresent) return false;
        _onStandby = _log.Count;
        return true;
    }

    public void LoseStandby() => StandbyPresent = false;

    public void RegainStandby()
    {
        StandbyPresent = true;
        Replicate();
    }

    /// <summary>The primary dies, the standby takes over with what it had received: at least everything acknowledged. A new standby is there at once.</summary>
    public void FailOver(Random random)
    {
        var kept = LosesAcknowledged ? Math.Max(0, _log.Count - random.Next(1, 4)) : _onStandby + (_log.Count > _onStandby ? random.Next(_log.Count - _onStandby + 1) : 0);
        _log.RemoveRange(kept, _log.Count - kept);
        Tables = new SimulatedTables();
        foreach (var transaction in _log) transaction(Tables);
        Generation++;
        StandbyPresent = true;
        _onStandby = _log.Count;
    }

    /// <summary>Checks and writes a batch in one transaction; what a primary without faults answers.</summary>
    public (CommitResult Result, string? Detail) Commit(CommitBatch batch)
    {
        var verdict = Tables.Check(batch);
        if (verdict.Result == CommitResult.Committed) Write(tables => tables.Write(batch));
        return verdict;
    }
}
