using Ecny.Messaging;
using Npgsql;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Matches files one after the other, the oldest first. What a process that died had begun is begun anew by the next.</summary>
public sealed class ReconciliationWorker(NpgsqlDataSource database, Matching matching, ReconciliationSignal signal, TimeProvider time, ILogger<ReconciliationWorker> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500), AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Look;
            try
            {
                if (await Next(stoppingToken) is { } id)
                {
                    await Match(id, stoppingToken);
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Failures.IsTransient(e))
            {
                log.LogWarning("No file is matched: {Reason}; trying again", e.Message);
                pause = AfterFailure;
            }
            await signal.Wait(pause, time, stoppingToken);
        }
    }

    private async Task Match(long id, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        try
        {
            if (await matching.Run(id, stop)) log.LogInformation("Reconciliation {Id} matched in {Seconds:0.0} s", id, time.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception e) when (!Failures.IsTransient(e))
        {
            // The next file must not wait for this one.
            log.LogError(e, "Reconciliation {Id} cannot be matched", id);
            await matching.GiveUp(id, stop);
        }
    }

    /// <summary>The oldest file that waits and whose entries are all in the books.</summary>
    private async Task<long?> Next(CancellationToken stop)
    {
        await using var command = database.CreateCommand("""
            UPDATE clearing.reconciliation
            SET status = 2
            WHERE id = (
              SELECT r.id
              FROM clearing.reconciliation r
              WHERE r.status IN (1, 2) AND NOT EXISTS (
                SELECT FROM unnest(r.until_shards, r.until_seqs) AS u (shard, seq)
                LEFT JOIN clearing.shard s ON s.shard = u.shard
                WHERE coalesce(s.seq, 0) < u.seq
              )
              ORDER BY r.id
              LIMIT 1
              FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """);
        return await command.ExecuteScalarAsync(stop) as long?;
    }
}
