using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>Writes one row an entry, with the entry's place in its own order: an entry taken twice breaks the key, one out of order shows.</summary>
public sealed class CountingConsumer(FailurePolicy policy, string name = "counting") : ILedgerConsumer
{
    public const string Table = """
        CREATE TABLE effect (
          seq    bigint PRIMARY KEY,
          amount bigint NOT NULL,
          nth    bigint GENERATED ALWAYS AS IDENTITY
        )
        """;

    public string Name => name;
    public FailurePolicy Policy => policy;

    /// <summary>Entries that cannot be taken.</summary>
    public HashSet<long> Poison { get; } = [];

    /// <summary>Called within the transaction, after the effect.</summary>
    public Func<NpgsqlConnection, Task>? BeforeCommit { get; set; }

    public long RestoredAt { get; private set; } = -1;

    public async Task Apply(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<LedgerEntryFact> entries, CancellationToken stop)
    {
        await using (var command = new NpgsqlCommand("INSERT INTO effect (seq, amount) SELECT * FROM unnest($1, $2)", connection, transaction)
        {
            Parameters = { new() { Value = entries.Select(e => e.Seq).ToArray() }, new() { Value = entries.Select(e => e.Amount).ToArray() } },
        }) await command.ExecuteNonQueryAsync(stop);
        if (entries.FirstOrDefault(entry => Poison.Contains(entry.Seq)) is { } poison) throw new InvalidOperationException($"{poison.Seq} is poison");
        if (BeforeCommit is { } hook) await hook(connection);
    }

    public Task Restore(NpgsqlConnection connection, int shard, long seq, CancellationToken stop)
    {
        RestoredAt = seq;
        return Task.CompletedTask;
    }
}
