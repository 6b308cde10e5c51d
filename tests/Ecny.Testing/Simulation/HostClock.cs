namespace Ecny.Testing.Simulation;

/// <summary>The clock of one simulated machine: it may be wrong and may jump; its timers stop when the machine dies.</summary>
public sealed class HostClock(VirtualTime time) : TimeProvider
{
    /// <summary>How far this machine's idea of the time of day is off.</summary>
    public TimeSpan Offset { get; set; }

    public bool Dead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Monotonic: it does not jump.</summary>
    public override long GetTimestamp() => time.Ticks + TimeSpan.TicksPerDay;

    public override DateTimeOffset GetUtcNow() => time.UtcNow + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HostTimer(this, time, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HostTimer(HostClock clock, VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private int _version;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime, _version);
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, int version) => time.After(due, () =>
        {
            if (version != _version || clock.Dead) return;
            if (_period > TimeSpan.Zero) Arm(_period, version);
            callback(state);
        });
    }
}
