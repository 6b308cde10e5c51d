using Ecny.Ledger.Core;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Pump;

/// <summary>Brings the rows that waiting commands need, one round trip at a time, while a commit is in flight.</summary>
internal sealed class Prefetch(ILedgerStore store, PumpOptions options, AsyncSignal wake, IPumpObserver observer)
{
    private readonly BackOff _backOff = new(options);
    private KeySet _asked = new();
    private StoreCall<LoadedRows>? _running;
    private long _started;
    private long _notBefore;

    /// <summary>Keys that the next load will ask for.</summary>
    public KeySet Missing { get; private set; } = new();

    /// <summary>Number of the load that will bring <see cref="Missing"/>.</summary>
    public long NextTicket => _started + 1;

    /// <summary>All loads up to this number are in memory.</summary>
    public long Absorbed { get; private set; }

    public bool Busy => _running is not null;

    /// <summary>Starts the next load when none is under way.</summary>
    public void Start()
    {
        if (_running is not null) return;
        if (Absorbed < _started)
        {
            // The last one failed: ask for the same again.
            if (options.Time.GetTimestamp() >= _notBefore) Ask();
            return;
        }
        if (Missing.IsEmpty) return;
        (Missing, _asked) = (_asked, Missing);
        Missing.Clear();
        _started++;
        Ask();
    }

    /// <summary>Puts a finished load into memory; true when there was one.</summary>
    public bool Harvest(LedgerState state)
    {
        if (_running is not { Done: true } ended) return false;
        _running = null;
        if (ended.Error is { } error)
        {
            observer.LoadFailed(error);
            _notBefore = options.Time.GetTimestamp() + (long)(_backOff.Next().TotalSeconds * options.Time.TimestampFrequency);
            return false;
        }
        _backOff.Reset();
        state.Absorb(_asked, ended.Result!);
        Absorbed = _started;
        // What was asked for again meanwhile is here now. Asking twice would be wrong, not only slow: the second answer could be older
        // than a change that is committed and already evicted by the time it comes.
        Subtract(Missing, _asked);
        if (Missing.IsEmpty) Absorbed = ++_started;
        return true;
    }

    /// <summary>Forgets everything: what is under way belongs to a memory that is gone.</summary>
    public void Drop()
    {
        _running = null;
        Missing.Clear();
        _asked = new KeySet();
        Absorbed = ++_started;
    }

    private void Ask()
    {
        var asked = _asked;
        _running = StoreCall<LoadedRows>.Start(() => store.Load(options.Shard, asked, CancellationToken.None), wake);
    }

    private static void Subtract(KeySet from, KeySet what)
    {
        if (from.IsEmpty) return;
        from.Wallets.ExceptWith(what.Wallets);
        from.Buckets.ExceptWith(what.Buckets);
        from.Numbers.ExceptWith(what.Numbers);
        from.Once.ExceptWith(what.Once);
        from.Holds.ExceptWith(what.Holds);
        from.Refunds.ExceptWith(what.Refunds);
        from.Tokens.ExceptWith(what.Tokens);
        from.Transfers.ExceptWith(what.Transfers);
    }
}
