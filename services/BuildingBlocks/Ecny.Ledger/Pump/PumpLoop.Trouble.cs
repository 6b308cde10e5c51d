using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging;

namespace Ecny.Ledger.Pump;

/// <summary>What a commit may end in, and how the loop gets on.</summary>
internal sealed partial class PumpLoop
{
    private Next Land()
    {
        var flight = _flight!;
        var answer = flight.Land();
        switch (answer.Result)
        {
            case CommitResult.Committed:
                _flight = null;
                _backOff.Reset();
                Commits();
                _guard.Heard(flight.Sent, answer.DatabaseMicros);
                if (flight.Batch is { } batch) _toUnpin.Enqueue(batch);
                if (_solo > 0) _solo = Math.Max(0, _solo - flight.Commands.Count);
                _look = true;
                _observer.BatchCommitted(flight.Commands.Count, flight.Batch?.Entries.Count ?? 0, flight.Elapsed, _queue.Count);
                Answer(flight.Commands);
                _spare = flight.Commands;
                return Next.Wait;
            case CommitResult.Fenced:
                return Next.Lost;
            case CommitResult.Taken when flight.Batch!.Assumes:
                TakeBack(flight);
                return Next.Wait;
            case CommitResult.Mismatch or CommitResult.Taken:
                return RetryOneByOne(flight, answer.Detail);
            default:
                _log.LogWarning("Shard {Shard}: the fate of a commit under epoch {Epoch} is unknown: {Detail}", _options.Shard, _epoch, answer.Detail);
                _observer.CommitUnknown(_epoch, answer.Detail);
                if (++_unknown == TooManyUnknown) Refuse($"the database does not commit: {answer.Detail}");
                return Next.Recover;
        }
    }

    /// <summary>Something taken for new was not: all that is open is decided afresh, this time on numbers that were looked up.</summary>
    private void TakeBack(Flight flight)
    {
        _observer.TakenBack(flight.Commands.Count);
        _cautious = _options.Time.GetTimestamp();
        Unpin();
        _state.Discard();
        Requeue();
    }

    private Next RetryOneByOne(Flight flight, string? detail)
    {
        _log.LogCritical("Shard {Shard}: a batch of {Commands} commands after {Seq} does not match the database: {Detail}",
            _options.Shard, flight.Commands.Count, flight.Batch?.PrevSeq, detail);
        if (flight.Batch is not null) _observer.Mismatch(flight.Batch, detail);
        // Without a command it was a day's end: the head itself is not what we think. The barrier gives us the true one.
        if (flight.Commands.Count == 0) return Next.Recover;
        var again = _solo > 0;
        Unpin();
        _state.Discard();
        var retried = flight.Commands.Count + _open.Count;
        Requeue();
        if (again)
        {
            _solo--;
            Quarantine(_front[0], detail ?? "does not match the database");
        }
        else _solo = retried;
        return Next.Wait;
    }

    /// <summary>Takes the command at the front out for good.</summary>
    private void Quarantine(Pending pending, string reason)
    {
        _log.LogCritical("Shard {Shard}: command {Id} of {Institution} is quarantined: {Reason}", _options.Shard, pending.Command.Id, pending.Command.Institution, reason);
        _quarantined.Add(pending.Command);
        _observer.Quarantined(pending.Command, reason);
        _front.Remove(pending);
        pending.Outcome = pending.Processing(_options.Shard);
        Answer([pending]);
    }

    private void Poison(Pending pending, string reason)
    {
        _log.LogError("Shard {Shard}: command {Id} could not be decided: {Reason}", _options.Shard, pending.Command.Id, reason);
        (_poison, _poisonedBy) = (pending, reason);
    }

    /// <summary>
    /// A command broke off half decided: everything on top of the last commit is dropped and decided afresh, without it if it broke off before.
    /// False the first time: the shard may have another owner by now and memory be a mixture of before and after; the barrier tells.
    /// </summary>
    private bool RemovePoison()
    {
        var poison = _poison!;
        if (!poison.Suspect)
        {
            poison.Suspect = true;
            return false;
        }
        _poison = null;
        Unpin();
        _state.Discard();
        Requeue();
        if (_solo > 0) _solo--;
        Quarantine(poison, _poisonedBy);
        _wake.Set();
        return true;
    }

    /// <summary>Everything unanswered goes back to the front, in its order, to be decided afresh.</summary>
    private void Requeue()
    {
        var front = new List<Pending>();
        if (_flight is not null) front.AddRange(_flight.Commands);
        front.AddRange(_open);
        front.AddRange(_front);
        foreach (var pending in front) pending.Forget();
        _front = front;
        _flight = null;
        _open.Clear();
        (_openWeight, _openBulk) = (0, 0);
        _prefetch.Drop();
        _look = true;
    }

    private void LookForDoubt()
    {
        var doubt = _guard.Doubt(_ledgerMicros);
        if (doubt is null)
        {
            if (_doubt is null) return;
            _doubt = null;
            _look = true;
            Accept();
            return;
        }
        if (_doubt is null) Refuse(doubt);
        _doubt = doubt;
        if (!_stopping) _queue.Close(doubt);
        // Nothing of it was decided. What is decided already goes on to its commit.
        _queue.DrainTo(_front);
        Fail(_front, doubt);
        _solo = 0;
    }

    /// <summary>The database commits, or nothing says that it does not.</summary>
    private void Commits()
    {
        if (_unknown == 0) return;
        var refused = _unknown >= TooManyUnknown;
        _unknown = 0;
        if (refused) Accept();
    }

    private void Refuse(string reason)
    {
        _log.LogError("Shard {Shard}: commands are refused: {Reason}", _options.Shard, reason);
        _observer.Refusing(reason);
        if (!_stopping) _queue.Close(reason);
    }

    private void Accept()
    {
        if (_doubt is not null || _unknown >= TooManyUnknown) return;
        if (!_stopping) _queue.Open();
        _log.LogInformation("Shard {Shard}: commands are accepted", _options.Shard);
        _observer.Serving();
    }
}
