using Ecny.Messaging;
using Npgsql;

namespace Ecny.Clearing.Books;

/// <summary>
/// Keeps the books from the journal: three round trips a batch, whatever its size. An entry that it does not understand halts it: books must not guess.
/// A day that is not what its DAY_END says halts nothing; the day's verdict names the difference.
/// </summary>
public sealed class BooksConsumer : ILedgerConsumer
{
    public const string ConsumerName = "clearing.books";

    public string Name => ConsumerName;
    public FailurePolicy Policy => FailurePolicy.Halt;

    public async Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        var batch = new BookBatch(await BookTables.Read(connection, entries[0].Shard, stop));
        foreach (var entry in entries) batch.Add(entry);
        await BookTables.Write(connection, batch, stop);
    }
}
