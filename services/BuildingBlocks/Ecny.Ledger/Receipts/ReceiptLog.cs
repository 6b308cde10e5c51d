using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Receipts;

/// <summary>
/// Builds the receipt log of one shard from committed journal entries, off the hot path. Call <see cref="Advance"/> again and again, at once while it
/// returns entries, else after some 250 ms. Every step is one transaction that moves the size and writes the hashes: a crash at any point loses nothing
/// and doubles nothing. Any number of instances may run; the lock on the log's head lets one work.
/// </summary>
public sealed class ReceiptLog(NpgsqlDataSource database, ILedgerStore journal, int shard, CheckpointKey key, ReceiptSalts salts, TimeProvider clock, ReceiptLogOptions options)
{
    private LogFrontier? _frontier;
    private (long Size, long AtMicros) _signed;
    private bool _headExists;

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
        var entries = await journal.ReadJournal(shard, from, options.BatchSize, stop);
        if (entries.Count == 0) return 0;
        Hash(frontier, entries);
        if (!await LogTables.Write(connection, shard, from, frontier.Size, frontier.TakeChanged(), stop))
            throw new InvalidOperationException($"The receipt log of shard {shard} was moved by somebody who does not hold its lock.");
        return entries.Count;
    }

    private void Hash(LogFrontier frontier, IReadOnlyList<Core.Entry> entries)
    {
        Span<byte> leaf = stackalloc byte[Sm3.Size];
        foreach (var entry in entries)
        {
            if (entry.Seq != frontier.Size + 1)
                throw new InvalidDataException($"The journal of shard {shard} has no entry {frontier.Size + 1}: the receipt log stops before the gap.");
            LeafEncoding.Leaf(entry, salts, leaf);
            frontier.Append(leaf);
        }
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
