using Ecny.Contracts.Ledger;
using Ecny.Ledger.Postgres;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>No payment gives back more than it took.</summary>
public static class RefundAudit
{
    public static AuditFinding? Exceeding(NpgsqlConnection connection, int shard, IReadOnlyCollection<KeyValuePair<TransferId, AuditedRefund>> payments)
    {
        var captured = Captured(connection, shard, [.. payments.Select(p => p.Key.Value)]);
        foreach (var (payment, refund) in payments)
        {
            if (!captured.TryGetValue(payment.Value, out var amount)) return AuditFinding.Entry(shard, refund.LastSeq, $"it refunds {payment}, which is no settled payment.");
            if (refund.Refunded > amount)
                return AuditFinding.Entry(shard, FirstBeyond(connection, shard, payment.Value, amount) ?? refund.LastSeq, $"payment {payment} captured {amount} fen, with this entry more than that is refunded ({refund.Refunded} fen in all).");
        }
        return null;
    }

    private static Dictionary<Guid, long> Captured(NpgsqlConnection connection, int shard, Guid[] payments)
    {
        using var command = new NpgsqlCommand($"""
            SELECT n.id, sum(j.amount)::bigint
            {EntryRows.OfNumbers}
            WHERE n.code = 0 AND n.kind IN (1, 8) AND j.transfer = n.id AND j.kind = n.kind
            GROUP BY n.id
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = payments });
        using var reader = command.ExecuteReader();
        var found = new Dictionary<Guid, long>();
        while (reader.Read()) found.Add(reader.GetGuid(0), reader.GetInt64(1));
        return found;
    }

    /// <summary>Reads the whole journal once more, but only to name an entry that is wrong.</summary>
    private static long? FirstBeyond(NpgsqlConnection connection, int shard, Guid payment, long captured)
    {
        using var command = new NpgsqlCommand("""
            SELECT min(seq)
            FROM (SELECT seq, sum(amount) OVER (ORDER BY seq) AS refunded FROM ledger.journal WHERE shard = $1 AND original = $2 AND kind = 2 AND code = 0) r
            WHERE refunded > $3
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = payment });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = captured });
        return command.ExecuteScalar() as long?;
    }
}
