using Npgsql;

namespace Ecny.Messaging;

/// <summary>
/// Takes consecutive entries: effect and cursor in one transaction. Entries that cannot be taken are found by halving, so that one of them never holds back
/// what stands before it.
/// </summary>
internal sealed class EntryTaker(ILedgerConsumer consumer, int shard, NpgsqlConnection connection, long seq, HashSet<long> quarantined, ConsumerOptions options, ConsumerMeter meter)
{
    /// <summary>The last entry whose effect is durable.</summary>
    public long Seq { get; private set; } = seq;

    /// <exception cref="HaltedException">An entry cannot be taken; everything before it was.</exception>
    /// <exception cref="CursorMovedException">Somebody else moved the cursor.</exception>
    public async Task Take(IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        Exception fault;
        try
        {
            await Commit(entries, stop);
            return;
        }
        catch (Exception e) when (!Failures.IsTransient(e) && e is not CursorMovedException)
        {
            fault = e;
        }
        await consumer.Restore(connection, shard, Seq, stop);
        if (entries.Count == 1)
        {
            await Pass(entries[0], fault, stop);
            return;
        }
        var half = entries.Count / 2;
        await Take([.. entries.Take(half)], stop);
        await Take([.. entries.Skip(half)], stop);
    }

    /// <summary>How many are parked, and one that shall be run again.</summary>
    public Task<(int Count, long? Rerun)> Parked(CancellationToken stop) => ParkedEntries.Look(connection, consumer.Name, shard, stop);

    /// <summary>Runs a parked entry again; it is parked anew when it fails again.</summary>
    public async Task Rerun(LedgerEntryFact entry, CancellationToken stop)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            await LockCursor(stop);
            await consumer.Apply(connection, transaction, [entry], stop);
            await ParkedEntries.Unpark(connection, consumer.Name, shard, entry.Seq, stop);
            await transaction.CommitAsync(stop);
        }
        catch (Exception e) when (!Failures.IsTransient(e) && e is not CursorMovedException)
        {
            await consumer.Restore(connection, shard, Seq, stop);
            await ParkedEntries.Park(connection, consumer.Name, shard, entry.Seq, Reason(e), stop);
        }
    }

    private async Task Commit(IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        var last = entries[^1];
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await LockCursor(stop);
        var wanted = quarantined.Count == 0 ? entries : [.. entries.Where(entry => !quarantined.Contains(entry.Seq))];
        if (wanted.Count > 0) await consumer.Apply(connection, transaction, wanted, stop);
        await CursorTable.Move(connection, consumer.Name, shard, last.Seq, last.At, stop);
        await transaction.CommitAsync(stop);
        Seq = last.Seq;
        meter.Taken(entries);
    }

    private async Task Pass(LedgerEntryFact entry, Exception fault, CancellationToken stop)
    {
        var reason = Reason(fault);
        var parked = consumer.Policy == FailurePolicy.Park ? (await Parked(stop)).Count : 0;
        if (consumer.Policy == FailurePolicy.Halt || parked >= options.MostParked)
        {
            await CursorTable.Halt(connection, consumer.Name, shard, entry.Seq, reason, stop);
            throw new HaltedException(entry.Seq, parked == 0 ? reason : $"{parked} entries are parked already: {reason}", fault);
        }
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await LockCursor(stop);
        await ParkedEntries.Park(connection, consumer.Name, shard, entry.Seq, reason, stop);
        await CursorTable.Move(connection, consumer.Name, shard, entry.Seq, entry.At, stop);
        await transaction.CommitAsync(stop);
        Seq = entry.Seq;
        meter.ParkedOne(entry, fault);
    }

    private async Task LockCursor(CancellationToken stop)
    {
        var there = await CursorTable.Lock(connection, consumer.Name, shard, stop);
        if (there != Seq) throw new CursorMovedException($"The cursor of {consumer.Name} on shard {shard} is at {there}, not at {Seq}.");
    }

    private static string Reason(Exception fault) => $"{fault.GetType().Name}: {fault.Message}";
}

/// <summary>The consumer stands before an entry.</summary>
#pragma warning disable CA1032, CA1064 // Never leaves this assembly.
internal sealed class HaltedException(long seq, string reason, Exception? inner = null) : Exception(reason, inner)
#pragma warning restore CA1032, CA1064
{
    public long Seq => seq;
}
