using Npgsql;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// Builds the receipt log of one shard from committed journal entries, off the hot path. Call <see cref="Advance"/> again and again: at once while it
/// adds <see cref="FullStep"/> entries, else after some 500 ms, because few large steps cost less than many small ones. Every step is one transaction that moves the size and writes the hashes: a crash at any point loses nothing
/// and doubles nothing. Any number of instances may run; the lock on the log's head lets one work.
/// </summary>
public sealed class ReceiptLog(NpgsqlDataSource database, int shard, CheckpointKey key, ReceiptSalts salts, TimeProvider clock, ReceiptLogOptions options)
{
    private readonly LeafLanes _leaves = new(salts);
    private LogFrontier? _frontier;
    private (long Size, long AtMicros) _signed;
    private bool _headExists;

    /// <summary>Entries of a step after which there are probably more.</summary>
    public int FullStep => options.BatchSize;

    /// <summary>One step. Returns how many entries were added; 0 when there are none or another instance is at work.</summary>
    public async Task<int> Advance(CancellationToken stop)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stop);
            if (!_headExists) await LogTables.CreateHead(connection, shard, stop);
            _headExists = true;
            await using var transaction = await connection.BeginTransactionAsync(stop);
            if (await LogTables.LockHead(connection, shard, stop) is not { } size) return 0;
            if (_frontier?.Size != size) await Resume(connection, size, stop);
            var added = await Append(connection, _frontier!, stop);
            var signed = await SignWhenDue(connection, _frontier!, stop);
            if (added == 0 && !signed) return 0;
            await transaction.CommitAsync(stop);
            return added;
        }
        catch
        {
            // Memory is ahead of the database, or nobody knows: the next step starts from what is stored.
            _frontier = null;
            throw;
        }
    }

    private async Task Resume(NpgsqlConnection connection, long size, CancellationToken stop)
    {
        var tiles = await LogTables.ReadTiles(connection, shard, [.. LogFrontier.Edge(size)], stop);
        var last = await LogTables.ReadCheckpoints(connection, shard, 0, newestFirst: true, limit: 1, stop);
        _frontier = LogFrontier.Resume(size, tiles);
        _signed = last is [var checkpoint] ? (checkpoint.Size, checkpoint.AtMicros) : (0, 0);
    }

    private async Task<int> Append(NpgsqlConnection connection, LogFrontier frontier, CancellationToken stop)
    {
        var from = frontier.Size;
        await Read(connection, frontier, stop);
        if (frontier.Size == from) return 0;
        if (!await LogTables.Write(connection, shard, from, frontier.Size, frontier.TakeChanged(), stop))
            throw new InvalidOperationException($"The receipt log of shard {shard} was moved by somebody who does not hold its lock.");
        return (int)(frontier.Size - from);
    }

    /// <summary>Hashes what is in the journal after the log's end, up to a gap.</summary>
    private async Task Read(NpgsqlConnection connection, LogFrontier frontier, CancellationToken stop)
    {
        var from = frontier.Size;
        _leaves.Clear();
        await using var rows = await JournalRows.Open(connection, shard, from, options.BatchSize, stop);
        while (await rows.Next(stop))
        {
            var expected = frontier.Size + _leaves.Count + 1;
            if (rows.Seq != expected)
            {
                if (expected > from + 1) break;
                throw new InvalidDataException($"The journal of shard {shard} has no entry {expected}: the receipt log stops before the gap.");
            }
            _leaves.Add(rows.Row);
            if (_leaves.IsFull) Append(frontier);
        }
        Append(frontier);
    }

    private void Append(LogFrontier frontier)
    {
        _leaves.Hash();
        for (var i = 0; i < _leaves.Count; i++) frontier.Append(_leaves.Leaf(i));
        _leaves.Clear();
    }

    private async Task<bool> SignWhenDue(NpgsqlConnection connection, LogFrontier frontier, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        if (frontier.Size == _signed.Size || now - _signed.AtMicros < (long)options.CheckpointInterval.TotalMicroseconds) return false;
        var checkpoint = key.Sign(shard, frontier.Size, frontier.Root(), now);
        await LogTables.Add(connection, checkpoint, stop);
        _signed = (checkpoint.Size, checkpoint.AtMicros);
        return true;
    }
}
