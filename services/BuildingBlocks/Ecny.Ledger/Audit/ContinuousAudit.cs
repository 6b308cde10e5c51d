using System.Data;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>
/// The audit that never ends: follows the journal by a cursor in the database, window by window, off the hot path. Call <see cref="Step"/> again and
/// again: at once or after a pause while it is behind (<see cref="AuditPace"/>), else after a second or so. One instance works at a time, the others return 0. It sees in a window what
/// <see cref="LedgerAudit"/> sees, except for a chain that forks at a bucket it has forgotten; rows are gone through in turn.
/// </summary>
public sealed class ContinuousAudit(NpgsqlDataSource database, ContinuousAuditOptions options)
{
    private AuditState _state = new(0);
    private HashSet<long> _issuance = [];
    private long _known = -1;

    /// <summary>One step, in one short snapshot.</summary>
    public async Task<AuditStep> Step(CancellationToken stop)
    {
        try
        {
            return await Task.Run(() => StepCore(stop), stop);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // Another instance moved the cursor between our snapshot and our lock.
            Forget();
            return default;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private async Task<AuditStep> StepCore(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        AuditCursor.Create(connection, options.Shard);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        if (AuditCursor.Lock(connection, options.Shard) is not { } cursor) return default;
        if (cursor.Finding is not null) return new AuditStep(0, 0, 0, cursor.Finding);
        if (AuditHead.Read(connection, options.Shard) is not { } head) return default;

        // What is remembered belongs to one position; another instance may have gone on since.
        if (cursor.Position.Seq != _known || _state.Buckets.Count > options.MaxBuckets) Forget();
        var window = ReadWindow(connection, cursor.Position.Seq);
        var (position, finding) = AuditWindow(connection, cursor.Position, window);
        if (position.Seq == head.Seq)
        {
            // Rows are ahead of a cursor that is behind; and a damaged entry is better named by itself than by the row it left.
            var turn = new RowTurn(connection, options.Shard, options.RowsPerStep);
            finding ??= head.Compare(position) ?? turn.Wallets(ref cursor) ?? turn.Buckets(ref cursor);
        }
        if (finding is null) (cursor, finding) = await CheckpointTurn.Run(connection, options, cursor, stop);

        AuditCursor.Save(connection, finding is null ? cursor with { Position = position } : cursor with { Finding = finding });
        await transaction.CommitAsync(stop);
        _known = finding is null ? position.Seq : -1;
        return new AuditStep(window.Count, head.Seq - position.Seq, head.Seq, finding);
    }

    private List<Entry> ReadWindow(NpgsqlConnection connection, long after)
    {
        var window = JournalExport.Read(connection, options.Shard, after, after + options.WindowSize).ToList();
        // A window ends with a whole transfer; the rest of the last one comes with the next window.
        if (window.Count == options.WindowSize)
        {
            var whole = window.FindLastIndex(e => e.Leg == 0);
            if (whole > 0) window.RemoveRange(whole, window.Count - whole);
        }
        return window;
    }

    private (AuditPosition, AuditFinding?) AuditWindow(NpgsqlConnection connection, AuditPosition start, List<Entry> window)
    {
        if (window.Count == 0) return (start, null);
        AuditRecall.Load(connection, options.Shard, window, _state);
        _state.Refunds.Clear();
        var transfers = new List<NumberRow>(window.Count);
        var auditor = new JournalAuditor(start, _state, wallet => IsIssuance(connection, wallet))
        {
            TransferSeen = (first, legs) => transfers.Add(new NumberRow(first.Transfer, 0, first.Seq, legs, first.Kind, first.Code)),
        };
        AuditFinding? finding = null;
        foreach (var entry in window)
        {
            finding = auditor.Feed(entry);
            if (finding is not null) break;
        }
        finding ??= auditor.Complete();
        finding ??= WindowRows.Numbers(connection, options.Shard, transfers);
        finding ??= WindowRows.Holds(connection, options.Shard, window, _state) ?? WindowRows.Refunds(connection, options.Shard, _state);
        return (auditor.Position, finding);
    }

    private bool IsIssuance(NpgsqlConnection connection, long wallet)
    {
        if (_issuance.Contains(wallet)) return true;
        if (!WindowRows.IsIssuance(connection, wallet)) return false;
        return _issuance.Add(wallet);
    }

    private void Forget()
    {
        _state = new AuditState(0);
        _issuance = [];
        _known = -1;
    }
}
