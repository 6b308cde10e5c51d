using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>Goes through all rows in turn: each must be what its last entry made of it.</summary>
internal sealed class RowTurn(NpgsqlConnection connection, int shard, int rows)
{
    public AuditFinding? Wallets(ref AuditCursor cursor)
    {
        using var command = new NpgsqlCommand("""
            SELECT w.id, 0, w.balance, w.version, w.last_seq,
              CASE
                WHEN j.debit_wallet = w.id AND j.debit_bucket = 0 THEN j.debit_version = w.version AND j.debit_balance = w.balance
                WHEN j.credit_wallet = w.id AND j.credit_bucket = 0 THEN j.credit_version = w.version AND j.credit_balance = w.balance
                ELSE FALSE
              END
            FROM (SELECT id, balance, version, last_seq FROM ledger.wallet WHERE id > $2 ORDER BY id LIMIT $3) w
            LEFT JOIN LATERAL (SELECT * FROM ledger.journal WHERE shard = $1 AND seq = w.last_seq OFFSET 0) j ON TRUE
            ORDER BY w.id
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.WalletAfter });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        var finding = Run(command, out var last);
        cursor = cursor with { WalletAfter = last.Wallet };
        return finding;
    }

    public AuditFinding? Buckets(ref AuditCursor cursor)
    {
        using var command = new NpgsqlCommand("""
            SELECT b.wallet, b.number, b.balance, b.version, b.last_seq,
              CASE
                WHEN j.debit_wallet = b.wallet AND j.debit_bucket = b.number THEN j.debit_version = b.version AND j.debit_balance = b.balance
                WHEN j.credit_wallet = b.wallet AND j.credit_bucket = b.number THEN j.credit_version = b.version AND j.credit_balance = b.balance
                ELSE FALSE
              END
            FROM (SELECT wallet, number, balance, version, last_seq FROM ledger.bucket WHERE (wallet, number) > ($2, $3) ORDER BY wallet, number LIMIT $4) b
            LEFT JOIN LATERAL (SELECT * FROM ledger.journal WHERE shard = $1 AND seq = b.last_seq OFFSET 0) j ON TRUE
            ORDER BY b.wallet, b.number
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.BucketAfter.Wallet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = cursor.BucketAfter.Number });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        var finding = Run(command, out var last);
        cursor = cursor with { BucketAfter = last };
        return finding;
    }

    /// <summary>The first row that is wrong, and where the next step goes on (from the start after the last row).</summary>
    private AuditFinding? Run(NpgsqlCommand command, out BucketId last)
    {
        last = default;
        var count = 0;
        using var reader = command.ExecuteReader();
        for (; reader.Read(); count++)
        {
            last = new BucketId(reader.GetInt64(0), reader.GetInt32(1));
            if (reader.GetBoolean(5)) continue;
            return AuditFinding.Row(shard, $"wallet {WalletNumber.Text(last.Wallet)}",
                $"the row of bucket {last.Number} says {reader.GetInt64(2)} fen, version {reader.GetInt64(3)}, last entry {reader.GetInt64(4)}; that entry says otherwise.");
        }
        if (count < rows) last = default;
        return null;
    }
}
