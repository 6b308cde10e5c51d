using Ecny.Acquiring.Merchants;
using Npgsql;

namespace Ecny.Acquiring.Codes;

/// <summary>The table <c>static_code</c>. A code never changes, so what was read once may be kept.</summary>
public sealed class StaticCodeStore(NpgsqlDataSource db)
{
    private const string Columns = "code_no, merchant_no, store_no, amount, acquirer, request_no, created_at";

    private readonly BoundedCache<string, StaticCode> cache = new(capacity: 200_000);

    public ValueTask<StaticCode?> Find(string codeNo, CancellationToken cancel) =>
        cache.Get(codeNo) is { } known ? ValueTask.FromResult<StaticCode?>(known) : new(Load(codeNo, cancel));

    public async Task<Registered<StaticCode>> Register(StaticCode code, long fingerprint, CancellationToken cancel)
    {
        await using (var insert = db.CreateCommand($"""
            INSERT INTO static_code (code_no, merchant_no, store_no, amount, acquirer, request_no, fingerprint)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
            RETURNING {Columns}
            """))
        {
            insert.Parameters.AddWithValue(code.CodeNo);
            insert.Parameters.AddWithValue(code.MerchantNo);
            insert.Parameters.AddWithValue((object?)code.StoreNo ?? DBNull.Value);
            insert.Parameters.AddWithValue((object?)code.Amount ?? DBNull.Value);
            insert.Parameters.AddWithValue(code.Acquirer);
            insert.Parameters.AddWithValue(code.RequestNo);
            insert.Parameters.AddWithValue(fingerprint);
            await using var created = await insert.ExecuteReaderAsync(cancel);
            if (await created.ReadAsync(cancel)) return Registered.Created(Read(created));
        }
        await using var known = db.CreateCommand($"SELECT {Columns}, fingerprint FROM static_code WHERE acquirer = $1 AND request_no = $2");
        known.Parameters.AddWithValue(code.Acquirer);
        known.Parameters.AddWithValue(code.RequestNo);
        await using var reader = await known.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) return Registered.Taken<StaticCode>();
        return reader.GetInt64(7) == fingerprint ? Registered.Known(Read(reader)) : Registered.Reused<StaticCode>();
    }

    private async Task<StaticCode?> Load(string codeNo, CancellationToken cancel)
    {
        var readAt = cache.Generation;
        await using var command = db.CreateCommand($"SELECT {Columns} FROM static_code WHERE code_no = $1");
        command.Parameters.AddWithValue(codeNo);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) return null;
        var code = Read(reader);
        cache.Put(codeNo, code, readAt);
        return code;
    }

    private static StaticCode Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? null : row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetFieldValue<DateTimeOffset>(6));
}
