using System.Threading.Channels;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>
/// One consumer on one shard. One instance is the active one (a lock of its database session, which dies with it); others stand by. Messages are taken as they come,
/// duplicates dropped, gaps pulled, and the cursor is compared with the journal's head, so that a lost last message shows too. Where a broker duplicates, loses or
/// restarts, this is slower, never wrong.
/// </summary>
internal sealed class LedgerCursor(ILedgerConsumer consumer, int shard, NpgsqlDataSource database, IJournal journal, bool carries, ConsumerOptions options, ConsumerMeter meter)
{
    private const int InboxRuns = 512;

    // A null wakes the loop. What does not fit is dropped and pulled later.
    private readonly Channel<LedgerRun?> inbox = Channel.CreateBounded<LedgerRun?>(new BoundedChannelOptions(InboxRuns) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private long lookedAt, missing;
    private int failures;

    /// <summary>Hands over a message. Never blocks.</summary>
    public void Offer(LedgerRun run) => inbox.Writer.TryWrite(run);

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await Lead(stop)) continue;
                meter.StandBy();
                while (inbox.Reader.TryRead(out _))
                {
                }
                await Pause(options.StandByInterval, stop);
                continue;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (HaltedException e)
            {
                meter.Halted(e.Seq, e);
            }
            catch (Exception e)
            {
                // Whatever it is: the cursor did not move, so trying again is right, and this service has other work that must go on.
                meter.Waiting(e);
            }
            await Pause(TimeSpan.FromTicks((long)Math.Min(options.LongestPause.Ticks, options.FirstPause.Ticks * Math.Pow(2, Math.Min(failures++, 30)))), stop);
        }
    }

    /// <summary>False: another instance is the active one.</summary>
    private async Task<bool> Lead(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        if (!await SessionLock.TryTake(connection, consumer.Name, shard, stop)) return false;
        try
        {
            await Follow(connection, stop);
        }
        finally
        {
            await SessionLock.Release(connection);
        }
        return true;
    }

    private async Task Follow(NpgsqlConnection connection, CancellationToken stop)
    {
        var place = await CursorTable.Open(connection, consumer.Name, shard, first: 0, stop);
        var quarantined = await QuarantineDesk.Approved(connection, consumer.Name, shard, place.Seq, stop);
        var taker = new EntryTaker(consumer, shard, connection, place.Seq, quarantined, options, meter);
        await consumer.Restore(connection, shard, place.Seq, stop);
        // Where it stood before an entry, that one alone is tried first: a repeated failure must not cost a page each time.
        if (place.Halted == place.Seq + 1) await taker.Take(await Require(place.Seq, stop), stop);
        meter.Active(taker.Seq, place.At);

        missing = 0;
        await Look(taker, wait: false, stop);
        var interval = carries ? options.Grace : options.PullInterval;
        await using var timer = options.Time.CreateTimer(_ => inbox.Writer.TryWrite(null), null, interval, interval);
        while (await inbox.Reader.WaitToReadAsync(stop))
        {
            await TakeMessages(taker, stop);
            if (missing > 0 && options.Time.GetElapsedTime(lookedAt) >= options.Grace)
            {
                if (taker.Seq < missing)
                {
                    meter.Gap();
                    await Pull(taker, missing, stop);
                }
                missing = 0;
            }
            if (options.Time.GetElapsedTime(lookedAt) >= (carries ? options.HeadInterval : options.PullInterval)) await Look(taker, carries, stop);
            failures = 0;
        }
    }

    private async Task TakeMessages(EntryTaker taker, CancellationToken stop)
    {
        var batch = new List<LedgerEntryFact>();
        while (batch.Count < options.BatchSize && inbox.Reader.TryRead(out var run))
        {
            if (run is null) continue;
            meter.Head(run.Last);
            if (run.First > taker.Seq + batch.Count + 1)
            {
                if (batch.Count > 0) await taker.Take(batch, stop);
                batch = [];
                meter.Gap();
                await Pull(taker, run.First - 1, stop);
                // Told before it can be read: the next look brings it.
                if (run.First > taker.Seq + 1) continue;
            }
            var known = (int)Math.Min(run.Entries.Count, taker.Seq + batch.Count + 1 - run.First);
            meter.Duplicate(known);
            batch.AddRange(run.Entries.Skip(known));
        }
        if (batch.Count > 0) await taker.Take(batch, stop);
    }

    /// <summary>Compares the cursor with the shard's head.</summary>
    /// <param name="wait">What is missing may be on its way by message; it is pulled after the grace.</param>
    private async Task Look(EntryTaker taker, bool wait, CancellationToken stop)
    {
        if (consumer.Policy == FailurePolicy.Park) await LookAtParked(taker, stop);
        var head = (await journal.Heads(stop)).FirstOrDefault(head => head.Shard == shard)?.Seq ?? 0;
        lookedAt = options.Time.GetTimestamp();
        meter.Head(head);
        if (head < taker.Seq) throw new HaltedException(taker.Seq + 1, $"The journal of shard {shard} ends at {head}, before entries that were taken already (up to {taker.Seq}).");
        if (head == taker.Seq) return;
        if (wait && head - taker.Seq <= options.PageSize) missing = head;
        else await Pull(taker, head, stop);
    }

    /// <summary>Pulls up to a sequence and on to the head; the next page is on its way while one is applied.</summary>
    private async Task Pull(EntryTaker taker, long to, CancellationToken stop)
    {
        var coming = journal.Read(shard, taker.Seq, options.PageSize, stop);
        while (true)
        {
            var page = await coming;
            if (page.Count == 0) return;
            var last = page[^1].Seq;
            var more = page.Count == options.PageSize || last < to;
            coming = more ? journal.Read(shard, last, options.PageSize, stop) : Task.FromResult<IReadOnlyList<LedgerEntryFact>>([]);
            try
            {
                await taker.Take(page, stop);
            }
            catch
            {
                Observe(coming);
                throw;
            }
            meter.Pulled(page.Count);
            failures = 0;
            if (!more) return;
        }
    }

    private async Task LookAtParked(EntryTaker taker, CancellationToken stop)
    {
        while (true)
        {
            var (count, rerun) = await taker.Parked(stop);
            meter.Parked(count);
            if (rerun is not { } seq) return;
            await taker.Rerun((await Require(seq - 1, stop))[0], stop);
        }
    }

    /// <summary>The one entry after a sequence.</summary>
    private async Task<IReadOnlyList<LedgerEntryFact>> Require(long after, CancellationToken stop)
    {
        var one = await journal.Read(shard, after, 1, stop);
        return one.Count == 1 ? one : throw new JournalUnavailableException($"The journal has no entry ({shard}, {after + 1}).");
    }

    private static void Observe(Task task) => task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task Pause(TimeSpan pause, CancellationToken stop) => await Task.Delay(pause, options.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
