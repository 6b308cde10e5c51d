using Npgsql;

namespace Ecny.Acquiring.Merchants;

/// <summary>The table <c>merchant</c>.</summary>
public sealed class MerchantStore(NpgsqlDataSource db)
{
    private const string Columns = "merchant_no, acquirer, request_no, name, wallet, scenario, district, mcc, status, created_at";

    /// <summary>The merchant under the acquirer's number, with the fingerprint it was registered with.</summary>
    public async Task<(Merchant Merchant, long Fingerprint)?> FindByRequestNo(string acquirer, string requestNo, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"""
            SELECT {Columns}, fingerprint
            FROM merchant
            WHERE acquirer = $1 AND request_no = $2
            """);
        command.Parameters.AddWithValue(acquirer);
        command.Parameters.AddWithValue(requestNo);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (Read(reader), reader.GetInt64(10)) : null;
    }

    public async Task<Merchant?> Find(string merchantNo, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"SELECT {Columns} FROM merchant WHERE merchant_no = $1");
        command.Parameters.AddWithValue(merchantNo);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    /// <summary>A page of an acquirer's merchants, by number.</summary>
    public async Task<List<Merchant>> List(string acquirer, string? after, int limit, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"""
            SELECT {Columns}
            FROM merchant
            WHERE acquirer = $1 AND merchant_no > $2
            ORDER BY merchant_no
            LIMIT $3
            """);
        command.Parameters.AddWithValue(acquirer);
        command.Parameters.AddWithValue(after ?? "");
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<Merchant>();
        while (await reader.ReadAsync(cancel)) found.Add(Read(reader));
        return found;
    }

    /// <summary>Inserts, unless the acquirer's number or the merchant number is there already.</summary>
    public async Task<Registered<Merchant>> Register(Merchant merchant, long fingerprint, CancellationToken cancel)
    {
        await using (var command = db.CreateCommand($"""
            INSERT INTO merchant (merchant_no, acquirer, request_no, fingerprint, name, wallet, scenario, district, mcc)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT DO NOTHING
            RETURNING {Columns}
            """))
        {
            command.Parameters.AddWithValue(merchant.MerchantNo);
            command.Parameters.AddWithValue(merchant.Acquirer);
            command.Parameters.AddWithValue(merchant.RequestNo);
            command.Parameters.AddWithValue(fingerprint);
            command.Parameters.AddWithValue(merchant.Name);
            command.Parameters.AddWithValue(merchant.Wallet);
            command.Parameters.AddWithValue(merchant.Scenario);
            command.Parameters.AddWithValue(merchant.District);
            command.Parameters.AddWithValue((object?)merchant.Mcc ?? DBNull.Value);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel)) return Registered.Created(Read(reader));
        }
        return await FindByRequestNo(merchant.Acquirer, merchant.RequestNo, cancel) switch
        {
            null => Registered.Taken<Merchant>(),
            var (known, print) when print == fingerprint => Registered.Known(known),
            _ => Registered.Reused<Merchant>(),
        };
    }

    /// <summary>Sets the status; null when the acquirer has no such merchant.</summary>
    public async Task<Merchant?> SetStatus(string acquirer, string merchantNo, MerchantStatus status, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"""
            UPDATE merchant
            SET status = $3
            WHERE merchant_no = $2 AND acquirer = $1
            RETURNING {Columns}
            """);
        command.Parameters.AddWithValue(acquirer);
        command.Parameters.AddWithValue(merchantNo);
        command.Parameters.AddWithValue(status.ToString());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    private static Merchant Read(NpgsqlDataReader row) => new()
    {
        MerchantNo = row.GetString(0),
        Acquirer = row.GetString(1),
        RequestNo = row.GetString(2),
        Name = row.GetString(3),
        Wallet = row.GetInt64(4),
        Scenario = row.GetString(5),
        District = row.GetString(6),
        Mcc = row.IsDBNull(7) ? null : row.GetString(7),
        Status = Enum.Parse<MerchantStatus>(row.GetString(8)),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(9),
    };
}
