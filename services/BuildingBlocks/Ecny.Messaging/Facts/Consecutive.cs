using System.Text.Json;

namespace Ecny.Messaging;

/// <summary>What calls itself a stretch of the journal must be one.</summary>
internal static class Consecutive
{
    /// <exception cref="JsonException">Entries of another shard, or not one after the other from <paramref name="after"/> + 1.</exception>
    public static void Require(List<LedgerEntryFact> entries, int shard, long after)
    {
        foreach (var entry in entries)
            if (entry.Shard != shard || entry.Seq != ++after) throw new JsonException($"Expected entry ({shard}, {after}), got ({entry.Shard}, {entry.Seq}).");
    }
}
