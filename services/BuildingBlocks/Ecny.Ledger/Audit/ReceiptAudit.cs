using Ecny.Ledger.Core;
using Ecny.Ledger.Receipts;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>The receipt log against the journal: leaves, tiles, the root of every checkpoint, its signature.</summary>
internal sealed class ReceiptAudit : IAsyncDisposable
{
    private readonly NpgsqlConnection _tiles;
    private readonly AuditOptions _options;
    private readonly long _size;
    private readonly Queue<Checkpoint> _checkpoints;
    private readonly LeafLanes? _leaves;
    private readonly LogFrontier _log = new();

    private ReceiptAudit(NpgsqlConnection tiles, AuditOptions options, long size, List<Checkpoint> checkpoints)
    {
        (_tiles, _options, _size, _checkpoints, Checkpoints) = (tiles, options, size, new Queue<Checkpoint>(checkpoints), checkpoints.Count);
        _leaves = options.Salts is null ? null : new LeafLanes(options.Salts);
        if (_leaves is null && size > 0) NotChecked.Add("that the receipt log's leaves are those of the journal (needs the receipt salt key)");
        if (options.Keys.Count == 0 && checkpoints.Count > 0) NotChecked.Add("signatures of checkpoints (needs the public key)");
    }

    public int Checkpoints { get; }

    public List<string> NotChecked { get; } = [];

    public static async Task<ReceiptAudit> Start(NpgsqlDataSource database, NpgsqlConnection snapshot, AuditOptions options, CancellationToken stop)
    {
        var size = await LogTables.ReadSize(snapshot, options.Shard, stop);
        var checkpoints = await LogTables.ReadCheckpoints(snapshot, options.Shard, 0, newestFirst: false, int.MaxValue, stop);
        return new ReceiptAudit(await database.OpenConnectionAsync(stop), options, size, checkpoints);
    }

    /// <summary>The next entries of the journal, hashed on another thread.</summary>
    public Task<AuditFinding?> Feed(List<Entry> entries, CancellationToken stop) =>
        _leaves is null ? Task.FromResult<AuditFinding?>(null) : Task.Run(() => Hash(entries, _leaves, stop), stop);

    public async Task<AuditFinding?> Finish(CancellationToken stop)
    {
        if (_leaves is null && await Stored(stop) is { } wrong) return wrong;
        if (_log.Size < _size) return AuditFinding.Row(_options.Shard, $"receipt log", $"it has {_size} entries, the journal {_log.Size}.");
        if (_checkpoints.TryPeek(out var beyond)) return AuditFinding.Row(_options.Shard, $"checkpoint {beyond.Size}", $"it is beyond the receipt log, which has {_size} entries.");
        return null;
    }

    public ValueTask DisposeAsync() => _tiles.DisposeAsync();

    private async Task<AuditFinding?> Hash(List<Entry> entries, LeafLanes leaves, CancellationToken stop)
    {
        for (var next = 0; next < entries.Count && _log.Size < _size;)
        {
            for (leaves.Clear(); next < entries.Count && !leaves.IsFull && _log.Size + leaves.Count < _size;) leaves.Add(entries[next++]);
            leaves.Hash();
            for (var lane = 0; lane < leaves.Count; lane++)
            {
                // A leaf that differs names the entry; a root that differs only says that there is one.
                if (Append(leaves.Leaf(lane)) is { } finding) return await CompareTiles(stop) ?? finding;
            }
        }
        return await CompareTiles(stop);
    }

    /// <summary>Without salts the leaves are taken as they are stored.</summary>
    private async Task<AuditFinding?> Stored(CancellationToken stop)
    {
        for (var tile = 0L; tile * Tiles.Width < _size; tile++)
        {
            var id = new TileId(0, tile);
            var count = (int)Math.Min(Tiles.Width, _size - tile * Tiles.Width);
            var found = await LogTables.ReadTiles(_tiles, _options.Shard, [id], stop);
            if (!found.TryGetValue(id, out var hashes) || hashes.Length < count * Sm3.Size) return Missing(id);
            for (var i = 0; i < count; i++)
                if (Append(hashes.AsSpan(i * Sm3.Size, Sm3.Size)) is { } finding) return finding;
            if (await CompareTiles(stop) is { } different) return different;
        }
        return null;
    }

    private AuditFinding? Append(ReadOnlySpan<byte> leaf)
    {
        _log.Append(leaf);
        if (!_checkpoints.TryPeek(out var next) || next.Size > _log.Size) return null;
        _checkpoints.Dequeue();
        return Check(next, _log.Root());
    }

    private AuditFinding? Check(Checkpoint checkpoint, byte[] root) => Check(checkpoint, root, _options.Keys);

    /// <summary>A checkpoint against the root it must have, and against the keys known.</summary>
    public static AuditFinding? Check(Checkpoint checkpoint, byte[] root, IReadOnlyList<CheckpointPublicKey> keys)
    {
        if (!root.AsSpan().SequenceEqual(checkpoint.Root)) return AuditFinding.Row(checkpoint.Shard, $"checkpoint {checkpoint.Size}", $"its root is not that of the first {checkpoint.Size} entries.");
        if (keys.Count == 0) return null;
        if (keys.FirstOrDefault(k => k.KeyId == checkpoint.KeyId) is not { } key) return AuditFinding.Row(checkpoint.Shard, $"checkpoint {checkpoint.Size}", $"it is signed with the unknown key {checkpoint.KeyId}.");
        return checkpoint.IsSignedBy(key) ? null : AuditFinding.Row(checkpoint.Shard, $"checkpoint {checkpoint.Size}", $"its signature is not valid.");
    }

    private async Task<AuditFinding?> CompareTiles(CancellationToken stop)
    {
        var computed = _log.TakeChanged();
        if (computed.Count == 0) return null;
        var stored = await LogTables.ReadTiles(_tiles, _options.Shard, [.. computed.Select(t => t.Id)], stop);
        foreach (var (id, hashes) in computed)
        {
            if (!stored.TryGetValue(id, out var found)) return Missing(id);
            // The stored tile may have grown since: what is there must begin with what was computed.
            var length = found.AsSpan().CommonPrefixLength(hashes);
            if (length == hashes.Length) continue;
            return id.Level == 0
                ? AuditFinding.Entry(_options.Shard, id.Index * Tiles.Width + length / Sm3.Size + 1, $"its hash in the receipt log is not the hash of the entry.")
                : AuditFinding.Row(_options.Shard, $"tile {id.Level}/{id.Index}", $"its hashes are not those of the tiles below.");
        }
        return null;
    }

    private AuditFinding Missing(TileId id) => AuditFinding.Row(_options.Shard, $"tile {id.Level}/{id.Index}", $"it is missing or too short.");
}
