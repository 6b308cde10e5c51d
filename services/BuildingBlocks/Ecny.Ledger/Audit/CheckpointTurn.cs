using Ecny.Ledger.Receipts;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>New checkpoints: the root is that of the stored tiles, the signature is ours.</summary>
internal static class CheckpointTurn
{
    private const int CheckpointsPerStep = 20;

    public static async Task<(AuditCursor Cursor, AuditFinding? Finding)> Run(NpgsqlConnection connection, ContinuousAuditOptions options, AuditCursor cursor, CancellationToken stop)
    {
        var size = await LogTables.ReadSize(connection, options.Shard, stop);
        foreach (var checkpoint in await LogTables.ReadCheckpoints(connection, options.Shard, cursor.CheckpointSize + 1, newestFirst: false, CheckpointsPerStep, stop))
        {
            if (checkpoint.Size > size)
                return (cursor, AuditFinding.Row(options.Shard, $"checkpoint {checkpoint.Size}", $"it is beyond the receipt log, which has {size} entries."));
            var needed = new NeededTiles();
            MerkleTree.Root(needed, checkpoint.Size);
            var tiles = await LogTables.ReadTiles(connection, options.Shard, needed.Found, stop);
            foreach (var tile in needed.Found)
                if (!tiles.ContainsKey(tile)) return (cursor, AuditFinding.Row(options.Shard, $"tile {tile.Level}/{tile.Index}", $"it is missing."));
            if (ReceiptAudit.Check(checkpoint, MerkleTree.Root(new TileNodes(tiles), checkpoint.Size), options.Keys) is { } finding) return (cursor, finding);
            cursor = cursor with { CheckpointSize = checkpoint.Size };
        }
        return (cursor, null);
    }
}
