using Npgsql;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Reads reconciliations. Migration 0003.</summary>
public sealed class ReconciliationStore(NpgsqlDataSource database)
{
    private const string Columns = "id, no, institution, request_no, digest, business_date, status, shards, seqs, lines, bad_lines, verdicts, created_at, finished_at";

    /// <summary>True: the books have such a day.</summary>
    public async Task<bool> HasDay(DateOnly date, CancellationToken stop)
    {
        await using var command = database.CreateCommand("SELECT EXISTS (SELECT FROM clearing.day WHERE business_date = $1)");
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = date });
        return (bool)(await command.ExecuteScalarAsync(stop))!;
    }

    internal Task<Reconciliation?> Find(string no, CancellationToken stop) => One($"SELECT {Columns} FROM clearing.reconciliation WHERE no = $1", stop, no);

    internal Task<Reconciliation?> FindByRequestNo(string institution, string requestNo, CancellationToken stop) =>
        One($"SELECT {Columns} FROM clearing.reconciliation WHERE institution = $1 AND request_no = $2", stop, institution, requestNo);

    /// <summary>The newest first, those before an id.</summary>
    /// <param name="institution">Null: of all.</param>
    internal async Task<List<Reconciliation>> List(string? institution, long before, int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns}
            FROM clearing.reconciliation
            WHERE id < $1 AND ($2::text IS NULL OR institution = $2)
            ORDER BY id DESC
            LIMIT $3
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)institution ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<Reconciliation>();
        while (await reader.ReadAsync(stop)) found.Add(Read(reader));
        return found;
    }

    /// <summary>Bad lines after a line, in order.</summary>
    public async Task<List<BadLine>> BadLines(long id, int after, int limit, CancellationToken stop)
    {
        await using var command = database.CreateCommand("SELECT line, reason FROM clearing.bad_line WHERE reconciliation = $1 AND line > $2 ORDER BY line LIMIT $3");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<BadLine>();
        while (await reader.ReadAsync(stop)) found.Add(new BadLine(reader.GetInt32(0), (BadLineReason)reader.GetInt16(1)));
        return found;
    }

    private async Task<Reconciliation?> One(string sql, CancellationToken stop, params string[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        await using var reader = await command.ExecuteReaderAsync(stop);
        return await reader.ReadAsync(stop) ? Read(reader) : null;
    }

    private static Reconciliation Read(NpgsqlDataReader reader)
    {
        var verdicts = reader.GetFieldValue<long[]>(11);
        return new Reconciliation
        {
            Id = reader.GetInt64(0), No = reader.GetString(1), Institution = reader.GetString(2), RequestNo = reader.GetString(3), Digest = reader.GetFieldValue<byte[]>(4),
            BusinessDate = reader.GetFieldValue<DateOnly>(5), Status = (ReconciliationStatus)reader.GetInt16(6),
            UpTo = [.. reader.GetFieldValue<int[]>(7).Zip(reader.GetFieldValue<long[]>(8))], Lines = reader.GetInt64(9), BadLines = reader.GetInt64(10),
            Verdicts = verdicts.Select((count, i) => ((MatchVerdict)(i + 1), count)).ToDictionary(), CreatedAt = reader.GetFieldValue<DateTimeOffset>(12),
            FinishedAt = reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13),
        };
    }
}
