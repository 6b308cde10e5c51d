using Npgsql;

namespace Ecny.Messaging;

/// <summary>Something that lives from the journal. Registered with <c>builder.AddLedgerConsumer&lt;T&gt;()</c>; one instance per process, called for one batch at a time per shard.</summary>
public interface ILedgerConsumer
{
    /// <summary>Names its cursor for ever: <c>clearing</c>, <c>risk</c>, …</summary>
    string Name { get; }

    /// <summary>What happens at an entry whose effect fails for good.</summary>
    FailurePolicy Policy { get; }

    /// <summary>
    /// Writes the effect of consecutive entries of one shard (quarantined ones left out) in the given transaction, in which the cursor moves too; never commits.
    /// What fails because something is away (see <see cref="Failures"/>) is tried again without end; anything else is held against the entries.
    /// After a failure the same entries may come again in smaller batches.
    /// </summary>
    Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop);

    /// <summary>
    /// Called before the first batch after this instance became the active one of a shard, and after every transaction that did not commit: what is kept in memory
    /// must again be what the database says at <paramref name="seq"/>.
    /// </summary>
    Task Restore(NpgsqlConnection connection, int shard, long seq, CancellationToken stop) => Task.CompletedTask;
}

/// <summary>What happens at an entry whose effect fails for good.</summary>
public enum FailurePolicy
{
    /// <summary>The cursor stands still and alarms; it passes only when the fault is repaired or by a recorded two-person quarantine. For books: clearing, acquiring.</summary>
    Halt = 1,

    /// <summary>The entry is parked in the consumer's database, shown, and can be run again; the cursor goes on. For risk and monitoring.</summary>
    Park = 2,
}
