using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging;

namespace Ecny.Ledger.Pump;

/// <summary>
/// The single logical thread of a shard: takes what waits, decides it in memory on top of the commit in flight, commits one batch after the other,
/// answers what is durable. Woken by commands, by the store's answers and by a tick; between two wakes it never waits.
/// </summary>
internal sealed partial class PumpLoop
{
    /// <summary>More waits for rows than this are no coincidence: the command would wait for ever.</summary>
    private const int MaxDeferrals = 32;

    /// <summary>From so many commits in a row that nobody knows anything of, what is new is refused and what is inside is tried with pauses.</summary>
    private const int TooManyUnknown = 2;

    private enum Next { Wait, Recover, Lost, Stopped }

    private readonly ILedgerStore _store;
    private readonly LedgerCore _core;
    private readonly LedgerStateOptions _stateOptions;
    private readonly PumpOptions _options;
    private readonly IPumpObserver _observer;
    private readonly ILogger _log;
    private readonly CommandQueue _queue;
    private readonly AsyncSignal _wake;
    private readonly ClockGuard _guard;
    private readonly Prefetch _prefetch;
    private readonly Chores _chores;
    private readonly BackOff _backOff;

    private readonly WaitingNames _waiting = new();
    private readonly Quarantine _quarantined;
    private readonly Queue<CommitBatch> _toUnpin = new();
    /// <summary>Taken, not decided yet, in order.</summary>
    private List<Pending> _front = [];
    /// <summary>Decided, waiting for the commit in flight to end.</summary>
    private List<Pending> _open = [];
    private List<Pending>? _spare;
    private LedgerState _state;
    private Flight? _flight;
    private Pending? _poison;
    private string _poisonedBy = "";
    private long _epoch;
    private long _ledgerMicros;
    private int _openWeight;
    private int _openBulk;
    /// <summary>Commands of a mismatched batch that are still to be tried one by one.</summary>
    private int _solo;
    /// <summary>Something changed since the front was last looked through.</summary>
    private bool _look;
    private string? _doubt;
    /// <summary>Commits in a row whose fate was not known: one is an accident, more are a database that does not commit (a full disk).</summary>
    private int _unknown;
    /// <summary>Since when numbers are looked up; see <see cref="PumpOptions.Caution"/>.</summary>
    private long _cautious;
    private volatile bool _stopping;
    private volatile bool _hungry;

    public PumpLoop(ILedgerStore store, LedgerCore core, LedgerStateOptions stateOptions, PumpOptions options, CommandQueue queue, Quarantine quarantined, IPumpObserver observer, ILogger log, CancellationToken abort)
    {
        _abort = abort;
        (_store, _core, _stateOptions, _options, _queue, _quarantined, _observer, _log) = (store, core, stateOptions, options, queue, quarantined, observer, log);
        _wake = new AsyncSignal();
        _state = new LedgerState(stateOptions);
        _guard = new ClockGuard(options);
        _prefetch = new Prefetch(store, options, _wake, observer);
        _chores = new Chores(store, options, _wake, _guard, queue, log);
        _backOff = new BackOff(options);
    }

    /// <summary>Commands came in. While a load is under way the loop can do nothing with them and sleeps on: they make the next load larger.</summary>
    public void Arrived()
    {
        if (_hungry) _wake.Set();
    }

    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    private Next Step()
    {
        _hungry = false;
        if (_flight is { Done: true })
        {
            var exit = Land();
            if (exit != Next.Wait) return exit;
        }
        if (_prefetch.Harvest(_state)) _look = true;
        _chores.Step(_doubt is not null, _doubt is null ? LedgerNow() : null, _quarantined);
        // First of all keep the disk busy; what can be decided now joins the next batch while this one commits.
        TakeOff();
        LookForDoubt();
        if (_doubt is null && _poison is null)
        {
            Work();
            if (TakeOff() && _look && _poison is null) Work();
        }
        if (_poison is not null && _flight is null && !RemovePoison()) return Next.Recover;
        // Nothing is left inside that would show whether the database commits again: the next command does.
        if (_unknown >= TooManyUnknown && _flight is null && _open.Count == 0 && _front.Count == 0 && !_state.HasDecisions) Commits();
        if (_stopping && _flight is null && _open.Count == 0 && _front.Count == 0 && !_state.HasDecisions && _queue.Count == 0) return Next.Stopped;
        _hungry = !_prefetch.Busy && _front.Count < _options.MaxBatch && _doubt is null && _poison is null;
        // A command that came between the look into the queue and this line was not announced.
        if (_hungry && _queue.News) _wake.Set();
        return Next.Wait;
    }

    private void Work()
    {
        var now = LedgerNow();
        if (_core.CutDays(_state, now)) _ledgerMicros = now;
        _state.AssumesNew = _solo == 0 && _options.Time.GetElapsedTime(_cautious) >= _options.Caution;
        Take();
        if (_look) Decide(now);
        if (_poison is null) AskForRows();
        // Not before: what a load has just brought must not be evicted before it was used.
        if (!_prefetch.Busy) Unpin();
        _prefetch.Start();
    }

    /// <summary>Commits the decided batch, if no other commit is under way; true when one has started.</summary>
    private bool TakeOff()
    {
        if (_flight is not null || _poison is not null || (_open.Count == 0 && !_state.HasDecisions)) return false;
        _flight = new Flight(_store, _options, _wake, _state, _epoch, _open, _guard.Ask());
        (_open, _spare) = (_spare ?? [], null);
        (_openWeight, _openBulk) = (0, 0);
        return true;
    }

    private void Take()
    {
        if (_front.Count < _options.MaxBatch)
        {
            var bulk = 0;
            foreach (var waiting in _front) if (waiting.Command.Bulk) bulk++;
            if (_queue.Take(_front, _options.MaxBatch - _front.Count, _options.MaxBulk - bulk, _options.BulkShare)) _look = true;
        }
    }

    /// <summary>What could not be tried in this round names its rows now, so that they are there when its turn comes.</summary>
    private void AskForRows()
    {
        foreach (var pending in _front)
        {
            if (pending.Collected) continue;
            pending.Collected = true;
            if (_quarantined.Contains(pending.Command.Id)) continue;
            try
            {
                _core.CollectKeys(_state, pending.Command, _prefetch.Missing);
            }
            catch (Exception failure)
            {
                Poison(pending, failure.ToString());
                return;
            }
            pending.LoadTicket = _prefetch.Missing.IsEmpty ? 0 : _prefetch.NextTicket;
        }
    }

    /// <summary>Looks through the front in order and decides what has its rows, on top of everything decided before.</summary>
    private void Decide(long now)
    {
        _look = false;
        _waiting.Clear();
        // A batch that is retried one by one is not decided on top of another, and not together with a day's end.
        if (_solo > 0 && (_flight is not null || _open.Count > 0 || _state.HasDecisions)) return;
        var last = _front.Count - 1;
        while (last >= 0 && _front[last].LoadTicket > _prefetch.Absorbed) last--;
        var kept = 0;
        var next = 0;
        for (; next <= last; next++)
        {
            var pending = _front[next];
            if (_openWeight > 0 && _openWeight + pending.Weight > (_solo > 0 ? 1 : _options.MaxBatch))
            {
                _look = true;
                break;
            }
            if (!TryDecide(pending, now))
            {
                if (_poison is not null) break;
                _waiting.Add(pending.Command);
                _front[kept++] = pending;
                continue;
            }
            _open.Add(pending);
            _openWeight += pending.Weight;
            if (pending.Command.Bulk) _openBulk++;
        }
        _front.RemoveRange(kept, next - kept);
    }

    private bool TryDecide(Pending pending, long now)
    {
        if (pending.LoadTicket > _prefetch.Absorbed) return false;
        if (_waiting.Any && _waiting.Touches(pending.Command)) return false;
        if (_quarantined.Contains(pending.Command.Id))
        {
            pending.Outcome = pending.Processing(_options.Shard);
            return true;
        }
        if (pending.Command.Bulk && _openBulk >= _options.MaxBulk)
        {
            _look = true;
            return false;
        }
        try
        {
            pending.Outcome = _core.Decide(_state, pending.Command, now, _prefetch.Missing);
        }
        catch (Exception failure)
        {
            Poison(pending, failure.ToString());
            return false;
        }
        if (pending.Outcome is not null)
        {
            _ledgerMicros = now;
            return true;
        }
        pending.Collected = true;
        pending.LoadTicket = _prefetch.NextTicket;
        if (++pending.Deferrals > MaxDeferrals) Poison(pending, "its rows never become complete");
        return false;
    }

    private long LedgerNow() => Math.Max(_guard.NowMicros(), _ledgerMicros);

    private void Answer(List<Pending> commands)
    {
        _queue.Release(commands);
        foreach (var pending in commands) pending.Answer(pending.Outcome!);
        commands.Clear();
    }

    private void Fail(List<Pending> commands, string reason)
    {
        _queue.Release(commands);
        foreach (var pending in commands) pending.Fail(reason);
        commands.Clear();
    }

    /// <summary>
    /// Rows of a committed batch may be evicted only when no load is under way: its answer could be older than the commit, and
    /// only a row that is still in memory is protected from being overwritten by it.
    /// </summary>
    private void Unpin()
    {
        while (_toUnpin.TryDequeue(out var batch)) _state.Committed(batch);
    }
}
