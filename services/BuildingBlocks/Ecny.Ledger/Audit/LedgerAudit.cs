using System.Data;
using System.Diagnostics;
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
    private const int ChunkSize = 4096;

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
        // Leaves are hashed on another core while the next chunk is read and checked.
        var hashing = Task.FromResult<AuditFinding?>(null);
        var chunk = new List<Entry>(ChunkSize);
        foreach (var entry in JournalExport.Read(connection, head.Shard, 0, long.MaxValue))
        {
            if (auditor.Feed(entry) is { } finding)
            {
                // A day end finds a change of its day only by the hash; the leaves know the entry.
                var leaf = await hashing ?? await log.Feed(chunk, stop);
                return leaf is { Seq: > 0 } && leaf.Seq < finding.Seq ? leaf : finding;
            }
            chunk.Add(entry);
            if (chunk.Count < ChunkSize) continue;
            stop.ThrowIfCancellationRequested();
            if (await hashing is { } found) return found;
            hashing = log.Feed(chunk, stop);
            chunk = new List<Entry>(ChunkSize);
            progress?.Report(entry.Seq);
        }
        return await hashing ?? await log.Feed(chunk, stop);
    }
}
