using System.Data;
using System.Diagnostics;
using System.Threading.Channels;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>
/// The full audit of a shard: the whole journal against the rules, and every table against the journal, in one snapshot, while the ledger goes on.
/// It holds the snapshot as long as it runs (some 200 000 entries a second): on a busy primary run it against a replica, or use <see cref="ContinuousAudit"/>.
/// </summary>
public static class LedgerAudit
{
    private const int ChunkSize = 4096, ChunksAhead = 4;

    /// <summary>Runs to the first finding. <paramref name="progress"/> hears the sequence reached.</summary>
    public static Task<AuditReport> Run(NpgsqlDataSource database, AuditOptions options, IProgress<long>? progress, CancellationToken stop) =>
        // The stream of entries is read synchronously: that is twice as fast, and nobody else waits on this thread.
        Task.Run(() => RunCore(database, options, progress, stop), stop);

    private static async Task<AuditReport> RunCore(NpgsqlDataSource database, AuditOptions options, IProgress<long>? progress, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var shard = options.Shard;
        var head = AuditHead.Read(connection, shard);
        var report = new AuditReport { Shard = shard, Entries = head?.Seq ?? 0, Duration = default };
        if (head is null) return report with { Duration = watch.Elapsed };

        var state = new AuditState(RowAudit.CountBuckets(connection));
        var issuance = RowAudit.IssuanceAccounts(connection);
        var auditor = new JournalAuditor(AuditPosition.Start(shard), state, issuance.Contains);
        await using var log = await ReceiptAudit.Start(database, connection, options, stop);

        var finding = await ReadJournal(connection, head, auditor, log, progress, stop) ?? auditor.Complete() ?? head.Compare(auditor.Position);
        report = report with { Holds = state.Holds.Count, RefundedPayments = state.Refunds.Count, Numbers = auditor.Numbers.Count };
        var rows = new RowAudit(connection, shard);
        finding ??= rows.Wallets(state) ?? rows.Buckets(state) ?? rows.MissingRow(state) ?? rows.Sum();
        finding ??= NumberAudit.Numbers(connection, shard, auditor.Numbers) ?? NumberAudit.Once(connection, shard) ?? rows.Holds(state) ?? rows.Refunds(state);
        finding ??= await log.Finish(stop);
        return report with
        {
            Wallets = rows.WalletCount, Buckets = rows.BucketCount, Checkpoints = log.Checkpoints, NotChecked = log.NotChecked, Duration = watch.Elapsed, Finding = finding,
        };
    }

    private static async Task<AuditFinding?> ReadJournal(NpgsqlConnection connection, AuditHead head, JournalAuditor auditor, ReceiptAudit log, IProgress<long>? progress, CancellationToken stop)
    {
        // Three steps on three threads: the next chunk is read while this one is checked and the leaves of the one before are hashed.
        var chunks = Channel.CreateBounded<List<Entry>>(new BoundedChannelOptions(ChunksAhead) { SingleReader = true, SingleWriter = true });
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = Task.Run(() => ReadChunks(connection, head.Shard, chunks.Writer, enough.Token), CancellationToken.None);
        try
        {
            return await CheckChunks(chunks.Reader, auditor, log, progress, stop);
        }
        finally
        {
            // The connection is needed again, so the copy on it has to end first.
            await enough.CancelAsync();
            await reading;
        }
    }

    private static async Task<AuditFinding?> CheckChunks(ChannelReader<List<Entry>> chunks, JournalAuditor auditor, ReceiptAudit log, IProgress<long>? progress, CancellationToken stop)
    {
        var hashing = Task.FromResult<AuditFinding?>(null);
        await foreach (var chunk in chunks.ReadAllAsync(stop))
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                if (auditor.Feed(chunk[i]) is not { } finding) continue;
                // A day end finds a change of its day only by the hash; the leaves know the entry.
                var leaf = await hashing ?? await log.Feed(chunk.GetRange(0, i), stop);
                return leaf is { Seq: > 0 } && leaf.Seq < finding.Seq ? leaf : finding;
            }
            if (await hashing is { } found) return found;
            hashing = log.Feed(chunk, stop);
            progress?.Report(chunk[^1].Seq);
        }
        return await hashing;
    }

    /// <summary>Reads to the end or until told that it is enough; a failure is the channel's.</summary>
    private static async Task ReadChunks(NpgsqlConnection connection, int shard, ChannelWriter<List<Entry>> chunks, CancellationToken enough)
    {
        try
        {
            var chunk = new List<Entry>(ChunkSize);
            foreach (var entry in JournalExport.Read(connection, shard, 0, long.MaxValue))
            {
                chunk.Add(entry);
                if (chunk.Count < ChunkSize) continue;
                await chunks.WriteAsync(chunk, enough);
                chunk = new List<Entry>(ChunkSize);
            }
            if (chunk.Count > 0) await chunks.WriteAsync(chunk, enough);
            chunks.Complete();
        }
        catch (Exception e)
        {
            chunks.Complete(e);
        }
    }
}
