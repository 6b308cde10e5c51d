using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging;

namespace Ecny.Ledger.Pump;

/// <summary>From taking the shard to losing it or giving it up.</summary>
internal sealed partial class PumpLoop
{
    private readonly CancellationToken _abort;
    private Owned? _owned;

    /// <summary>The epoch under which this loop serves, or null while it does not own the shard or is not certain to.</summary>
    public long? Epoch => Volatile.Read(ref _owned)?.Epoch;

    public async Task Run(TaskCompletionSource ready)
    {
        try
        {
            using var tick = _options.Time.CreateTimer(static wake => ((AsyncSignal)wake!).Set(), _wake, _options.Tick, _options.Tick);
            do
            {
                var head = await Activate();
                if (head is null) return;
                _observer.Activated(head);
                Begin(head);
                ready.TrySetResult();
                await Serve();
            }
            while (_options.Reactivate && !_stopping);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            _log.LogWarning("Shard {Shard}: left without finishing", _options.Shard);
        }
        catch (Exception failure)
        {
            _log.LogCritical(failure, "Shard {Shard}: the pump broke", _options.Shard);
            throw;
        }
        finally
        {
            LetGo("the shard is not served here");
            _observer.Ended();
            ready.TrySetException(new Contracts.Ledger.ShardUnavailableException("the shard is not served here"));
        }
    }

    private async Task Serve()
    {
        for (;;)
        {
            _abort.ThrowIfCancellationRequested();
            switch (Step())
            {
                case Next.Wait:
                    await _wake.Wait();
                    break;
                case Next.Stopped:
                    return;
                case Next.Recover when await PassBarrier() is { } head:
                    Begin(head);
                    break;
                default:
                    _log.LogWarning("Shard {Shard}: ownership under epoch {Epoch} is lost", _options.Shard, _epoch);
                    _observer.OwnershipLost(_epoch);
                    LetGo("the shard has another owner");
                    return;
            }
        }
    }

    /// <summary>Takes the shard and hears the database's clock; null when told to stop.</summary>
    private async Task<ShardHead?> Activate()
    {
        for (; !_stopping; await _backOff.Wait(_abort))
        {
            try
            {
                var head = await _store.Activate(_options.Shard, _options.Owner, _options.MinimumTenure, _abort);
                if (head is null) continue;
                var sent = _guard.Ask();
                _guard.Heard(sent, await _store.Probe(_abort));
                return head;
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested)
            {
                _log.LogWarning(failure, "Shard {Shard}: could not be taken, trying again", _options.Shard);
            }
        }
        return null;
    }

    /// <summary>
    /// Ends the uncertainty about a commit. Never gives up while the shard may still be ours: giving up would leave commands that nobody can answer.
    /// </summary>
    private async Task<ShardHead?> PassBarrier()
    {
        Volatile.Write(ref _owned, null);
        _hungry = false;
        // Each attempt on a full disk takes some more of it.
        if (_unknown >= TooManyUnknown) await _backOff.Wait(_abort);
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                var head = await _store.Barrier(_options.Shard, _epoch, _options.Owner, _abort);
                _guard.Answered();
                if (head is not null) _observer.BarrierPassed(head, attempts);
                return head;
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested)
            {
                _log.LogWarning(failure, "Shard {Shard}: the barrier is not passed yet (attempt {Attempts})", _options.Shard, attempts);
            }
            await _backOff.Wait(_abort);
        }
    }

    /// <summary>Starts on a committed head under our epoch; whatever is unanswered is decided afresh, in its order.</summary>
    private void Begin(ShardHead head)
    {
        _toUnpin.Clear();
        Requeue();
        _solo = 0;
        _poison = null;
        _state.Reset(head);
        _epoch = head.Epoch;
        _cautious = _options.Time.GetTimestamp();
        _ledgerMicros = head.AtMicros;
        Volatile.Write(ref _owned, new Owned(head.Epoch));
        if (_doubt is null && _unknown < TooManyUnknown && !_stopping) _queue.Open();
    }

    /// <summary>Everything inside is told that its fate is open; the memory is dropped.</summary>
    private void LetGo(string reason)
    {
        Volatile.Write(ref _owned, null);
        _hungry = false;
        _unknown = 0;
        _queue.Close(reason);
        Requeue();
        _queue.DrainTo(_front);
        Fail(_front, reason);
        _toUnpin.Clear();
        _state = new LedgerState(_stateOptions);
    }

    private sealed record Owned(long Epoch);
}
