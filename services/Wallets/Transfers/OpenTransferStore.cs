using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;
using Ecny.Wallets.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Wallets.Transfers;

/// <summary>Transfers answered 202, in PostgreSQL until they are decided. Few: only what the ledger did not answer in time.</summary>
public sealed class OpenTransferStore : IAsyncDisposable
{
    private const string Columns = "id, institution, request_no, fingerprint, from_wallet, to_wallet, amount, context, not_after_micros";

    private readonly NpgsqlDataSource database;
    private readonly GroupCommit<TransferCommand, bool> group;

    public OpenTransferStore(NpgsqlDataSource database)
    {
        this.database = database;
        group = new(largest: 500, capacity: 5_000, Write);
    }

    /// <summary>Before a 202 leaves. Not bound to the request: whoever hangs up still gets an answer to a question by number.</summary>
    /// <exception cref="ApiException">OVERLOADED or UNAVAILABLE: it could not be written, so 202 must not be answered.</exception>
    public async Task Keep(TransferCommand command)
    {
        try
        {
            await group.Write(command);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            throw new ApiException(ApiCode.UNAVAILABLE);
        }
    }

    public async Task<TransferCommand?> Find(TransferId id, CancellationToken stop)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM wallets.open_transfer WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = id.Value });
        return (await Read(command, stop)).FirstOrDefault();
    }

    /// <summary>Takes what nobody asked the ledger about for a second; nobody else gets it for the next one.</summary>
    public async Task<IReadOnlyList<TransferCommand>> TakeDue(int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand($"""
            UPDATE wallets.open_transfer
            SET due_at = now() + interval '1 second'
            WHERE id IN (
              SELECT id
              FROM wallets.open_transfer
              WHERE due_at <= now()
              ORDER BY due_at
              LIMIT $1
              FOR UPDATE SKIP LOCKED)
            RETURNING {Columns}
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        return await Read(command, stop);
    }

    public async Task Remove(IEnumerable<TransferId> decided, CancellationToken stop)
    {
        await using var command = database.CreateCommand("DELETE FROM wallets.open_transfer WHERE id = ANY($1)");
        Add(command, NpgsqlDbType.Uuid, decided.Select(id => id.Value));
        await command.ExecuteNonQueryAsync(stop);
    }

    public ValueTask DisposeAsync() => group.DisposeAsync();

    private async Task<bool[]> Write(IReadOnlyList<TransferCommand> commands)
    {
        await using var command = database.CreateCommand($"""
            INSERT INTO wallets.open_transfer ({Columns})
            SELECT *
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO NOTHING
            """);
        Add(command, NpgsqlDbType.Uuid, commands.Select(c => c.Id.Value));
        Add(command, NpgsqlDbType.Text, commands.Select(c => c.Institution));
        Add(command, NpgsqlDbType.Text, commands.Select(c => c.Number));
        Add(command, NpgsqlDbType.Bigint, commands.Select(c => c.Fingerprint));
        Add(command, NpgsqlDbType.Bigint, commands.Select(c => c.From));
        Add(command, NpgsqlDbType.Bigint, commands.Select(c => c.To));
        Add(command, NpgsqlDbType.Bigint, commands.Select(c => c.Amount));
        Add(command, NpgsqlDbType.Text, commands.Select(c => c.Context));
        Add(command, NpgsqlDbType.Bigint, commands.Select(c => c.NotAfterMicros));
        await command.ExecuteNonQueryAsync();
        return new bool[commands.Count];
    }

    private static async Task<List<TransferCommand>> Read(NpgsqlCommand command, CancellationToken stop)
    {
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<TransferCommand>();
        while (await reader.ReadAsync(stop))
            found.Add(new TransferCommand
            {
                Id = new TransferId(reader.GetGuid(0)), Institution = reader.GetString(1), Number = reader.GetString(2), Fingerprint = reader.GetInt64(3),
                From = reader.GetInt64(4), To = reader.GetInt64(5), Amount = reader.GetInt64(6), Context = reader.GetString(7), NotAfterMicros = reader.GetInt64(8),
            });
        return found;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type | NpgsqlDbType.Array, Value = values.ToArray() });
}
