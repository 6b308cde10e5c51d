using Npgsql;

namespace Ecny.Acquiring.Orders;

/// <summary>The table <c>merchant_order</c>. Rows never change, so what was read once may be kept.</summary>
public sealed class OrderStore(NpgsqlDataSource db)
{
    private const string Columns =
        "order_no, acquirer, merchant_no, merchant_order_no, amount, subject, scenario, notify_url, attach, expires_at, created_at";

    private readonly BoundedCache<Guid, Order> cache = new(capacity: 100_000);

    public ValueTask<Order?> Find(Guid id, CancellationToken cancel) =>
        cache.Get(id) is { } known ? ValueTask.FromResult<Order?>(known) : new(Load(id, cancel));

    /// <summary>The order and the fingerprint it was created with.</summary>
    public async Task<(Order Order, long Fingerprint)?> FindWithFingerprint(Guid id, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"SELECT {Columns}, fingerprint FROM merchant_order WHERE order_no = $1");
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (Read(reader), reader.GetInt64(11)) : null;
    }

    /// <summary>The stored order, or null when there is one under this number already.</summary>
    public async Task<Order?> Insert(Order order, long fingerprint, CancellationToken cancel)
    {
        await using var command = db.CreateCommand($"""
            INSERT INTO merchant_order
                (order_no, acquirer, merchant_no, merchant_order_no, amount, subject, scenario, notify_url, attach, expires_at, fingerprint)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT DO NOTHING
            RETURNING {Columns}
            """);
        command.Parameters.AddWithValue(order.Id);
        command.Parameters.AddWithValue(order.Acquirer);
        command.Parameters.AddWithValue(order.MerchantNo);
        command.Parameters.AddWithValue(order.MerchantOrderNo);
        command.Parameters.AddWithValue(order.Amount);
        command.Parameters.AddWithValue(order.Subject);
        command.Parameters.AddWithValue((object?)order.Scenario ?? DBNull.Value);
        command.Parameters.AddWithValue((object?)order.NotifyUrl ?? DBNull.Value);
        command.Parameters.AddWithValue((object?)order.Attach ?? DBNull.Value);
        command.Parameters.AddWithValue(order.ExpiresAt.ToUniversalTime());
        command.Parameters.AddWithValue(fingerprint);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    private async Task<Order?> Load(Guid id, CancellationToken cancel)
    {
        var readAt = cache.Generation;
        if (await FindWithFingerprint(id, cancel) is not var (order, _)) return null;
        cache.Put(id, order, readAt);
        return order;
    }

    private static Order Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Acquirer = row.GetString(1),
        MerchantNo = row.GetString(2),
        MerchantOrderNo = row.GetString(3),
        Amount = row.GetInt64(4),
        Subject = row.GetString(5),
        Scenario = row.IsDBNull(6) ? null : row.GetString(6),
        NotifyUrl = row.IsDBNull(7) ? null : row.GetString(7),
        Attach = row.IsDBNull(8) ? null : row.GetString(8),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(9),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(10),
    };
}
