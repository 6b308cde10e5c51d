using System.Globalization;
using Ecny.Clearing.Books;
using Ecny.Messaging;
using Ecny.ServiceDefaults;
using Ecny.Testing;
using Npgsql;

namespace Ecny.Clearing.Tests.Books;

/// <summary>Books in a database of their own, written without a host.</summary>
public static class BookKeeping
{
    private static readonly string[] Tables =
    [
        "SELECT * FROM clearing.shard ORDER BY 1", "SELECT * FROM clearing.day ORDER BY 1, 2", "SELECT * FROM clearing.total ORDER BY 1, 2, 3",
        "SELECT tableoid::regclass, * FROM clearing.attempt ORDER BY shard, seq",
    ];

    public static Task<string> NewDatabase(PostgresFixture postgres) => postgres.CreateDatabase("clearing", database =>
    {
        Migrations.Run(database, typeof(EcnyProgram).Assembly, "Ecny.ServiceDefaults.Migrations.");
        Migrations.Run(database, typeof(MessagingServices).Assembly, "Ecny.Messaging.Migrations.");
        Migrations.Run(database, typeof(ClearingService).Assembly, "Ecny.Clearing.Migrations.");
    });

    /// <summary>Books entries in batches of the sizes given, each in a transaction.</summary>
    public static async Task Book(NpgsqlDataSource database, IReadOnlyList<LedgerEntryFact> entries, Func<int> size)
    {
        var consumer = new BooksConsumer();
        await using var connection = await database.OpenConnectionAsync();
        for (var at = 0; at < entries.Count;)
        {
            var batch = entries.Skip(at).Take(size()).ToList();
            await using var transaction = await connection.BeginTransactionAsync();
            await consumer.Apply(connection, transaction, batch, CancellationToken.None);
            await transaction.CommitAsync();
            at += batch.Count;
        }
    }

    /// <summary>Every row of the books as text.</summary>
    public static async Task<string> Dump(NpgsqlDataSource database)
    {
        var lines = new List<string>();
        foreach (var table in Tables)
        {
            await using var command = database.CreateCommand($"SELECT t::text FROM ({table}) t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        }
        return string.Join('\n', lines);
    }

    public static async Task<List<string>> Rows(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i) is DateOnly date ? date.ToString("O") : reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
