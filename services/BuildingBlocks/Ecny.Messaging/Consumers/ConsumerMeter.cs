using System.Diagnostics.Metrics;
using Ecny.Contracts.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ecny.Messaging;

/// <summary>What one consumer does with one shard, for metrics, alarms and pages. Written by its loop, read by anybody.</summary>
internal sealed class ConsumerMeter(string consumer, int shard, TimeProvider time, ILogger log)
{
    private static readonly Counter<long> Gaps = EcnyTelemetry.Meter.CreateCounter<long>("ecny.consumer.gaps", "{gap}", "Messages that did not come and were pulled");
    private static readonly Counter<long> Parks = EcnyTelemetry.Meter.CreateCounter<long>("ecny.consumer.parked", "{entry}", "Entries parked");
    private static readonly Histogram<double> Delay = EcnyTelemetry.Meter.CreateHistogram<double>("ecny.consumer.delay", "s", "From an entry's time in the journal to its durable effect", null, Delays.Advice);
    private static readonly Counter<long> Entries = EcnyTelemetry.Meter.CreateCounter<long>("ecny.consumer.entries", "{entry}", "Entries taken");

    private readonly KeyValuePair<string, object?>[] tags = [new("consumer", consumer), new("shard", shard)];
    private long seq, head, gaps, duplicates, pulled, applied, entryTicks, alarmed;
    private int parked;
    private volatile string? reason;
    private volatile int state = (int)ConsumerState.Waiting;

    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => tags;

    public ConsumerStatus Status
    {
        get
        {
            var (at, to, ticks) = (Volatile.Read(ref seq), Volatile.Read(ref head), Volatile.Read(ref entryTicks));
            var lag = to > at && ticks > 0 ? Math.Max(0, (time.GetUtcNow().UtcTicks - ticks) / (double)TimeSpan.TicksPerSecond) : 0;
            return new ConsumerStatus(consumer, shard, (ConsumerState)state, at, to, lag, Volatile.Read(ref gaps), Volatile.Read(ref duplicates), Volatile.Read(ref pulled),
                Volatile.Read(ref applied), Volatile.Read(ref parked), reason);
        }
    }

    public void StandBy() => Enter(ConsumerState.StandBy, null);

    public void Active(long at, DateTimeOffset? entryAt)
    {
        Volatile.Write(ref seq, at);
        if (entryAt is { } entry) Volatile.Write(ref entryTicks, entry.UtcTicks);
        Enter(ConsumerState.Active, null);
        log.LogInformation("{Consumer} follows shard {Shard} from sequence {Seq}", consumer, shard, at);
    }

    public void Waiting(Exception cause)
    {
        if (state != (int)ConsumerState.Waiting || reason is null) log.LogWarning(cause, "{Consumer} cannot go on with shard {Shard} after {Seq}; trying again", consumer, shard, Volatile.Read(ref seq));
        Enter(ConsumerState.Waiting, cause.Message);
    }

    public void Halted(long at, Exception cause)
    {
        if (alarmed != at) log.LogCritical(cause, "{Consumer} is halted before entry ({Shard}, {Seq}); it passes when the fault is repaired, or by a two-person quarantine", consumer, shard, at);
        alarmed = at;
        Enter(ConsumerState.Halted, cause.Message);
    }

    public void Head(long to)
    {
        if (to > Volatile.Read(ref head)) Volatile.Write(ref head, to);
    }

    public void Taken(IReadOnlyList<LedgerEntryFact> entries)
    {
        var last = entries[^1];
        Volatile.Write(ref entryTicks, last.At.UtcTicks);
        Volatile.Write(ref seq, last.Seq);
        Volatile.Write(ref applied, applied + entries.Count);
        Head(last.Seq);
        Entries.Add(entries.Count, tags);
        if (!Delay.Enabled) return;
        var now = time.GetUtcNow();
        foreach (var entry in entries) Delay.Record((now - entry.At).TotalSeconds, tags);
    }

    public void ParkedOne(LedgerEntryFact entry, Exception fault)
    {
        Volatile.Write(ref seq, entry.Seq);
        Parked(Volatile.Read(ref parked) + 1);
        Parks.Add(1, tags);
        log.LogError(fault, "{Consumer} parked entry ({Shard}, {Seq})", consumer, entry.Shard, entry.Seq);
    }

    public void Parked(int count) => Volatile.Write(ref parked, count);

    public void Gap()
    {
        Volatile.Write(ref gaps, gaps + 1);
        Gaps.Add(1, tags);
    }

    public void Duplicate(int count) => Volatile.Write(ref duplicates, duplicates + count);

    public void Pulled(int count) => Volatile.Write(ref pulled, pulled + count);

    private void Enter(ConsumerState next, string? why) => (state, reason) = ((int)next, why);
}
