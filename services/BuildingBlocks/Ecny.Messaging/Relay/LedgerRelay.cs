using System.Diagnostics.Metrics;
using Ecny.Contracts.Ledger;
using Ecny.Contracts.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ecny.Messaging;

/// <summary>
/// Tells the journal on <see cref="Topics.Ledger"/>, off the money path: it reads what is committed after its own cursor, and nobody waits for it. Two at once, or one
/// that starts again a little before where it was, tell some runs twice; readers drop what they have.
/// </summary>
public sealed class LedgerRelay(NpgsqlDataSource database, IRelaySource source, IEventTransport transport, RelayOptions options, ILogger<LedgerRelay> log) : BackgroundService
{
    private const string Name = "relay";
    private static readonly Histogram<double> Delay = EcnyTelemetry.Meter.CreateHistogram<double>("ecny.relay.delay", "s", "From an entry's time in the journal to the broker's word that it is on the topic", null, Delays.Advice);
    private TimeSpan pause = options.FirstPause;
    private bool troubled;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // With nobody to tell it to there is nothing to do.
        if (!transport.Carries) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Failures.IsTransient(e) || e is CursorMovedException)
            {
                if (!troubled) log.LogWarning("The journal is not relayed: {Reason}; trying again", e.Message);
                troubled = true;
                await Task.Delay(pause, options.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(options.LongestPause.Ticks, pause.Ticks * 2));
            }
        }
    }

    private async Task Lead(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        if (!await SessionLock.TryTake(connection, Name, ShardMap.OnlyShard, stop))
        {
            await Task.Delay(options.StandByInterval, options.Time, stop);
            return;
        }
        try
        {
            // A cursor that falls back a little only makes some runs come twice: no payment waits for a disk because of it.
            await using (var command = new NpgsqlCommand("SET synchronous_commit = off", connection)) await command.ExecuteNonQueryAsync(stop);
            await Tell(connection, stop);
        }
        finally
        {
            await SessionLock.Release(connection);
        }
    }

    private async Task Tell(NpgsqlConnection connection, CancellationToken stop)
    {
        // The first relay of a ledger begins at its head: what was before, everybody pulls.
        var head = await source.Head(ShardMap.OnlyShard, stop);
        var told = (await CursorTable.Open(connection, Name, ShardMap.OnlyShard, head, stop)).Seq;
        log.LogInformation("Relaying shard {Shard} from sequence {Seq}", ShardMap.OnlyShard, told);
        var (saved, savedAt, last) = (told, options.Time.GetTimestamp(), default(RelayEntry));
        while (true)
        {
            var began = options.Time.GetTimestamp();
            var entries = await source.Read(ShardMap.OnlyShard, told, options.ReadEntries, stop);
            if (entries.Count > 0)
            {
                await Task.WhenAll(Runs(entries).Select(run => transport.Publish(Topics.Ledger, LedgerRun.Key(ShardMap.OnlyShard), run, stop)));
                Note(entries);
                last = entries[^1];
                told = last.Seq;
                (pause, troubled) = (options.FirstPause, false);
            }
            if (told > saved && options.Time.GetElapsedTime(savedAt) >= options.SaveInterval)
            {
                await CursorTable.Move(connection, Name, ShardMap.OnlyShard, told, last.At, stop);
                (saved, savedAt) = (told, options.Time.GetTimestamp());
            }
            // What telling took has gathered a run already.
            var rest = options.PollInterval - options.Time.GetElapsedTime(began);
            if (entries.Count < options.ReadEntries && rest > TimeSpan.Zero) await Task.Delay(rest, options.Time, stop);
        }
    }

    private void Note(IReadOnlyList<RelayEntry> entries)
    {
        if (!Delay.Enabled) return;
        var now = options.Time.GetUtcNow();
        foreach (var entry in entries) Delay.Record((now - entry.At).TotalSeconds);
    }

    /// <summary>Envelopes of at most <see cref="LedgerRun.MostEntries"/> entries and <see cref="LedgerRun.MostBytes"/>.</summary>
    private IEnumerable<byte[]> Runs(IReadOnlyList<RelayEntry> entries)
    {
        var run = new List<ReadOnlyMemory<byte>>();
        var (bytes, first) = (0, 0);
        for (var i = 0; i < entries.Count; i++)
        {
            var size = entries[i].Json.Length + 1;
            if (run.Count == LedgerRun.MostEntries || (run.Count > 0 && bytes + size > LedgerRun.MostBytes - 1024))
            {
                yield return Envelope();
                (run, bytes, first) = ([], 0, i);
            }
            run.Add(entries[i].Json);
            bytes += size;
        }
        if (run.Count > 0) yield return Envelope();

        byte[] Envelope() => LedgerRun.Envelope(ShardMap.OnlyShard, entries[first].Seq, run, options.Source, entries[first].TraceParent, options.Time.GetUtcNow());
    }
}
