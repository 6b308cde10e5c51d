using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;
using Microsoft.Extensions.Logging;

namespace Ecny.Ledger.Pump;

/// <summary>What the loop does by the clock: look at the database's clock and standby, and void holds whose time has come.</summary>
internal sealed class Chores(ILedgerStore store, PumpOptions options, AsyncSignal wake, ClockGuard guard, CommandQueue queue, ILogger log)
{
    private const int HoldsAtOnce = 300;
    private StoreCall<StoreHealth>? _probe;
    private StoreCall<IReadOnlyList<TransferId>>? _due;
    private ClockGuard.Asked _probeSent;
    private long _probedAt;
    private long _polledAt;

    /// <summary>Starts and ends what is due; <paramref name="ledgerMicros"/> is null while nothing may be decided.</summary>
    public void Step(bool inDoubt, long? ledgerMicros, Quarantine quarantined)
    {
        if (_probe is { Done: true } probed)
        {
            _probe = null;
            if (probed.Error is null) guard.Heard(_probeSent, probed.Result);
            else log.LogWarning(probed.Error, "Shard {Shard}: the database did not answer a probe", options.Shard);
        }
        if (_probe is null && Passed(_probedAt) >= (inDoubt ? options.Tick : options.ProbeInterval))
        {
            _probedAt = options.Time.GetTimestamp();
            _probeSent = guard.Ask();
            _probe = StoreCall<StoreHealth>.Start(() => store.Probe(CancellationToken.None), wake);
        }
        ExpireHolds(ledgerMicros, quarantined);
    }

    private void ExpireHolds(long? ledgerMicros, Quarantine quarantined)
    {
        if (_due is { Done: true } polled)
        {
            _due = null;
            if (polled.Error is not null) log.LogWarning(polled.Error, "Shard {Shard}: due holds could not be read", options.Shard);
            else
                foreach (var hold in polled.Result!)
                {
                    var command = Expiry(hold);
                    if (!quarantined.Contains(command.Id)) queue.TryAddOwn(command);
                }
        }
        if (_due is null && ledgerMicros is { } now && Passed(_polledAt) >= options.ExpiryInterval)
        {
            _polledAt = options.Time.GetTimestamp();
            _due = StoreCall<IReadOnlyList<TransferId>>.Start(() => store.DueHolds(options.Shard, now, HoldsAtOnce, CancellationToken.None), wake);
        }
    }

    /// <summary>The id is a function of the hold: whoever expires it, twice or on two hosts, does it once.</summary>
    private static HoldVoidCommand Expiry(TransferId hold)
    {
        var number = hold.ToString();
        return new HoldVoidCommand
        {
            Id = TransferId.Of("system", NumberKind.HoldVoid, number), Institution = "system", Number = number, Hold = hold, Expiry = true, Bulk = true,
            Fingerprint = Hashing.Fingerprint("HoldExpiry", number), NotAfterMicros = long.MaxValue,
        };
    }

    private TimeSpan Passed(long since) => since == 0 ? TimeSpan.MaxValue : options.Time.GetElapsedTime(since);
}
