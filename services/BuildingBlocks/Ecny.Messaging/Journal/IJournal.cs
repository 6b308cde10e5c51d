namespace Ecny.Messaging;

/// <summary>The journal as its owner serves it: what a consumer pulls when a message was lost, late, or never sent.</summary>
public interface IJournal
{
    /// <summary>Where each shard stands.</summary>
    /// <exception cref="JournalUnavailableException">It does not answer, or not as it should.</exception>
    Task<IReadOnlyList<JournalHead>> Heads(CancellationToken stop);

    /// <summary>Entries of a shard after a sequence, consecutive, at most <paramref name="limit"/>; empty at the head.</summary>
    /// <exception cref="JournalUnavailableException">It does not answer, or not as it should.</exception>
    Task<IReadOnlyList<LedgerEntryFact>> Read(int shard, long after, int limit, CancellationToken stop);
}

/// <summary>Where a shard stands: its epoch and the sequence of its last entry.</summary>
public sealed record JournalHead(int Shard, long Epoch, long Seq);

/// <summary>The journal cannot be read now. Never an entry's fault: what needs it tries again.</summary>
#pragma warning disable CA1032 // Without a cause it would say nothing.
public sealed class JournalUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032
