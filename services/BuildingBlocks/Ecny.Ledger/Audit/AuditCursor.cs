using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>The continuous audit's row.</summary>
internal sealed record AuditCursor
{
    public required AuditPosition Position { get; init; }
    public required long WalletAfter { get; init; }
    public required Contracts.Ledger.BucketId BucketAfter { get; init; }
    public required long CheckpointSize { get; init; }
    public AuditFinding? Finding { get; init; }

    public static void Create(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("""
            INSERT INTO ledger.audit_cursor (shard, seq, epoch, at_micros, day_count, day_sum, chain)
            SELECT $1, 0, 0, 0, 0, 0, $2
            WHERE NOT EXISTS (SELECT FROM ledger.audit_cursor WHERE shard = $1)
            ON CONFLICT DO NOTHING
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = AuditPosition.Start(shard).Chain });
        command.ExecuteNonQuery();
    }

    /// <summary>Null when another instance holds it.</summary>
    public static AuditCursor? Lock(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("""
            SELECT seq, epoch, at_micros, business_date, day_count, day_sum, chain, wallet_after, bucket_wallet, bucket_number, checkpoint_size,
              finding_seq, finding_subject, finding
            FROM ledger.audit_cursor
            WHERE shard = $1
            FOR UPDATE SKIP LOCKED
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        return new AuditCursor
        {
            Position = new AuditPosition
            {
                Shard = shard, Seq = reader.GetInt64(0), Epoch = reader.GetInt64(1), AtMicros = reader.GetInt64(2),
                BusinessDate = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3), DayCount = reader.GetInt64(4), DaySum = reader.GetInt64(5),
                Chain = reader.GetFieldValue<byte[]>(6),
            },
            WalletAfter = reader.GetInt64(7),
            BucketAfter = new Contracts.Ledger.BucketId(reader.GetInt64(8), reader.GetInt32(9)),
            CheckpointSize = reader.GetInt64(10),
            Finding = reader.IsDBNull(13) ? null : new AuditFinding(shard, reader.GetInt64(11), reader.GetString(12), reader.GetString(13)),
        };
    }

    public static void Save(NpgsqlConnection connection, AuditCursor cursor)
    {
        using var command = new NpgsqlCommand("""
            UPDATE ledger.audit_cursor
            SET seq = $2, epoch = $3, at_micros = $4, business_date = $5, day_count = $6, day_sum = $7, chain = $8, wallet_after = $9,
              bucket_wallet = $10, bucket_number = $11, checkpoint_size = $12, finding_seq = $13, finding_subject = $14, finding = $15
            WHERE shard = $1
            """, connection);
        var at = cursor.Position;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = at.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = at.Seq });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = at.Epoch });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = at.AtMicros });
        command.Parameters.Add(new NpgsqlParameter<DateOnly?> { TypedValue = at.BusinessDate });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = at.DayCount });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = at.DaySum });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = at.Chain });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.WalletAfter });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.BucketAfter.Wallet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = cursor.BucketAfter.Number });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.CheckpointSize });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = cursor.Finding?.Seq });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = cursor.Finding?.Subject });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = cursor.Finding?.Sentence });
        command.ExecuteNonQuery();
    }
}
