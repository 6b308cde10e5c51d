namespace Ecny.Messaging;

/// <summary>Committed journal entries, ready to be told.</summary>
public interface IRelaySource
{
    /// <summary>Entries of a shard after a sequence, consecutive, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RelayEntry>> Read(int shard, long after, int limit, CancellationToken stop);

    /// <summary>The sequence of a shard's last entry; 0 without any.</summary>
    Task<long> Head(int shard, CancellationToken stop);
}

/// <param name="Json">The entry as <c>GET /v1/journal</c> has it.</param>
/// <param name="TraceParent">Of the request that caused it, when that was sampled.</param>
public readonly record struct RelayEntry(long Seq, ReadOnlyMemory<byte> Json, DateTimeOffset At, string? TraceParent);
