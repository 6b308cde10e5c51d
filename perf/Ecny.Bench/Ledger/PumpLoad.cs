using System.Diagnostics;
using Ecny.Bench.Load;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Pump;

namespace Ecny.Bench.Ledger;

/// <summary>
/// Submits transfers to a pump in arrays, as the clients of other processes do. Closed loop: a fixed number of arrays under way. Open loop: every millisecond
/// what has fallen due, latency counted from the moment each command was due. Every answer is looked at.
/// </summary>
internal sealed class PumpLoad(LedgerPump pump, LedgerCity city, string run)
{
    private const int Callers = 16;
    private readonly TransferSource[] sources = [.. Enumerable.Range(0, Callers).Select(i => new TransferSource(city, run, i))];
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, long> failures = new(StringComparer.Ordinal);

    /// <summary>Transfers settled and their fen, over all phases; must equal what the journal says.</summary>
    public long Settled { get; private set; }
    public long SettledAmount { get; private set; }
    public IReadOnlyDictionary<string, long> Failures => failures;

    /// <summary>Transfers a second that were durable within the given time.</summary>
    public async Task<double> Closed(int arraySize, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var inTime = 0L;
        await Task.WhenAll(sources.Select(source => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                var commands = new LedgerCommand[arraySize];
                for (var i = 0; i < commands.Length; i++) commands[i] = source.Next();
                Judge(commands, await pump.Submit(commands));
                if (Stopwatch.GetElapsedTime(start) < duration) Interlocked.Add(ref inTime, arraySize);
            }
        })));
        return inTime / duration.TotalSeconds;
    }

    public async Task<LatencyHistogram> Open(double perSecond, TimeSpan duration)
    {
        var histogram = new LatencyHistogram();
        var under = new List<Task>();
        var ticksEach = Stopwatch.Frequency / perSecond;
        var total = (long)(perSecond * duration.TotalSeconds);
        var start = Stopwatch.GetTimestamp();
        for (long due = 0, turn = 0; due < total; turn++)
        {
            var ready = Math.Min(total, (long)((Stopwatch.GetTimestamp() - start) / ticksEach));
            if (ready > due)
            {
                var commands = new LedgerCommand[ready - due];
                for (var i = 0; i < commands.Length; i++) commands[i] = sources[turn % Callers].Next();
                under.Add(Timed(commands, start + (long)(due * ticksEach), ticksEach, histogram));
                due = ready;
                if (under.Count > 2000) under.RemoveAll(t => t.IsCompletedSuccessfully);
            }
            await Task.Delay(1);
        }
        await Task.WhenAll(under);
        return histogram;
    }

    private async Task Timed(LedgerCommand[] commands, long firstDue, double ticksEach, LatencyHistogram histogram)
    {
        var outcomes = await pump.Submit(commands);
        var now = Stopwatch.GetTimestamp();
        Judge(commands, outcomes);
        lock (histogram)
            for (var i = 0; i < commands.Length; i++)
                histogram.Record((now - firstDue - (long)(i * ticksEach)) * 1_000_000 / Stopwatch.Frequency);
    }

    private void Judge(LedgerCommand[] commands, LedgerOutcome[] outcomes)
    {
        lock (gate)
            for (var i = 0; i < outcomes.Length; i++)
            {
                var outcome = outcomes[i];
                if (outcome.Status == OutcomeStatus.Settled && outcome.Id == commands[i].Id && !outcome.Replayed)
                {
                    Settled++;
                    SettledAmount += outcome.Amount;
                    continue;
                }
                var kind = $"{outcome.Status} {outcome.Code} {outcome.Refusal}";
                failures[kind] = failures.GetValueOrDefault(kind) + 1;
            }
    }
}
