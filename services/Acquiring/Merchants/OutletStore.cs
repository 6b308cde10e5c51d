using Npgsql;

namespace Ecny.Acquiring.Merchants;

/// <summary>The tables <c>store</c> and <c>terminal</c>: where a merchant takes payments.</summary>
public sealed class OutletStore(NpgsqlDataSource db)
{
    private const string StoreColumns = "merchant_no, store_no, request_no, name, district, created_at";
    private const string TerminalColumns = "merchant_no, terminal_no, store_no, request_no, type, serial_no, created_at";

    public async Task<List<Store>> Stores(string merchantNo, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"SELECT {StoreColumns} FROM store WHERE merchant_no = $1 ORDER BY store_no");
        command.Parameters.AddWithValue(merchantNo);
        return await ReadAll(command, ReadStore, cancel);
    }

    public async Task<List<Terminal>> Terminals(string merchantNo, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"SELECT {TerminalColumns} FROM terminal WHERE merchant_no = $1 ORDER BY terminal_no");
        command.Parameters.AddWithValue(merchantNo);
        return await ReadAll(command, ReadTerminal, cancel);
    }

    public async Task<Registered<Store>> Register(Store store, string acquirer, long fingerprint, CancellationToken cancel)
    {
        await using var insert = db.CreateCommand($"""
            INSERT INTO store (merchant_no, store_no, acquirer, request_no, fingerprint, name, district)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
            RETURNING {StoreColumns}
            """);
        insert.Parameters.AddWithValue(store.MerchantNo);
        insert.Parameters.AddWithValue(store.StoreNo);
        insert.Parameters.AddWithValue(acquirer);
        insert.Parameters.AddWithValue(store.RequestNo);
        insert.Parameters.AddWithValue(fingerprint);
        insert.Parameters.AddWithValue(store.Name);
        insert.Parameters.AddWithValue((object?)store.District ?? DBNull.Value);
        if (await ReadAll(insert, ReadStore, cancel) is [var created]) return Registered.Created(created);

        await using var known = db.CreateCommand($"SELECT {StoreColumns}, fingerprint FROM store WHERE acquirer = $1 AND request_no = $2");
        return await ReadKnown(known, acquirer, store.RequestNo, fingerprint, ReadStore, cancel);
    }

    public async Task<Registered<Terminal>> Register(Terminal terminal, string acquirer, long fingerprint, CancellationToken cancel)
    {
        await using var insert = db.CreateCommand($"""
            INSERT INTO terminal (merchant_no, terminal_no, store_no, acquirer, request_no, fingerprint, type, serial_no)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING
            RETURNING {TerminalColumns}
            """);
        insert.Parameters.AddWithValue(terminal.MerchantNo);
        insert.Parameters.AddWithValue(terminal.TerminalNo);
        insert.Parameters.AddWithValue(terminal.StoreNo);
        insert.Parameters.AddWithValue(acquirer);
        insert.Parameters.AddWithValue(terminal.RequestNo);
        insert.Parameters.AddWithValue(fingerprint);
        insert.Parameters.AddWithValue((object?)terminal.Type ?? DBNull.Value);
        insert.Parameters.AddWithValue((object?)terminal.SerialNo ?? DBNull.Value);
        if (await ReadAll(insert, ReadTerminal, cancel) is [var created]) return Registered.Created(created);

        await using var known = db.CreateCommand($"SELECT {TerminalColumns}, fingerprint FROM terminal WHERE acquirer = $1 AND request_no = $2");
        return await ReadKnown(known, acquirer, terminal.RequestNo, fingerprint, ReadTerminal, cancel);
    }

    private static async Task<Registered<T>> ReadKnown<T>(NpgsqlCommand command, string acquirer, string requestNo, long fingerprint,
        Func<NpgsqlDataReader, T> read, CancellationToken cancel) where T : class
    {
        command.Parameters.AddWithValue(acquirer);
        command.Parameters.AddWithValue(requestNo);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) return Registered.Taken<T>();
        return reader.GetInt64(reader.FieldCount - 1) == fingerprint ? Registered.Known(read(reader)) : Registered.Reused<T>();
    }

    private static async Task<List<T>> ReadAll<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<T>();
        while (await reader.ReadAsync(cancel)) found.Add(read(reader));
        return found;
    }

    private static Store ReadStore(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.GetFieldValue<DateTimeOffset>(5));

    private static Terminal ReadTerminal(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetFieldValue<DateTimeOffset>(6));
}
