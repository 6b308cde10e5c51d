using System.Globalization;
using Ecny.Ledger.Store;

namespace Ecny.Ledger.Pump;

/// <summary>
/// Whether money may move now: this host's clock and the database's agree, ledger time is not ahead of both, the standby is there, the database speaks.
/// A payment is refused rather than misdated (architecture §2.7). A jump of the host's clock is seen at once, against the monotonic clock.
/// </summary>
internal sealed class ClockGuard(PumpOptions options)
{
    private readonly TimeProvider _time = options.Time;
    private readonly long _tolerance = (long)options.ClockTolerance.TotalMicroseconds;
    private long _apart = long.MaxValue;
    private long _agreedOffset;
    private long _heard;
    private bool _standby;

    public long NowMicros() => (_time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>To be kept with a call whose answer will tell the database's time.</summary>
    public Asked Ask() => new(NowMicros(), Monotonic());

    /// <summary>The database said its time, somewhere between <paramref name="asked"/> and now.</summary>
    public void Heard(Asked asked, long databaseMicros)
    {
        if (databaseMicros == 0) return;
        // Not what the clock says now: a jump between question and answer would make any answer look right.
        var received = asked.Micros + Monotonic() - asked.Monotonic;
        _apart = databaseMicros < asked.Micros ? asked.Micros - databaseMicros : Math.Max(0, databaseMicros - received);
        _apart = Math.Max(_apart, Math.Abs(NowMicros() - received));
        _heard = _time.GetTimestamp();
        if (_apart <= _tolerance) _agreedOffset = NowMicros() - Monotonic();
    }

    /// <summary>The database spoke, without saying its time.</summary>
    public void Answered() => _heard = _time.GetTimestamp();

    public void Heard(Asked asked, StoreHealth health)
    {
        _standby = health.StandbyPresent;
        Heard(asked, health.DatabaseMicros);
    }

    /// <summary>Why nothing may be decided now, or null.</summary>
    public string? Doubt(long ledgerMicros)
    {
        if (_apart == long.MaxValue) return "the database's clock is not known yet";
        if (_apart > _tolerance) return Invariant($"this host's clock and the database's are {_apart / 1000} ms apart");
        if (!_standby) return "the synchronous standby is missing";
        var now = NowMicros();
        if (Math.Abs(now - Monotonic() - _agreedOffset) > _tolerance) return "this host's clock jumped";
        if (ledgerMicros - now > _tolerance) return Invariant($"the ledger's time is {(ledgerMicros - now) / 1000} ms ahead of the clock");
        if (_time.GetElapsedTime(_heard) > options.SilenceLimit) return "the database does not answer";
        return null;
    }

    /// <summary>This host's clocks when a question was sent.</summary>
    internal readonly record struct Asked(long Micros, long Monotonic);

    private long Monotonic() => (long)_time.GetElapsedTime(0).TotalMicroseconds;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
