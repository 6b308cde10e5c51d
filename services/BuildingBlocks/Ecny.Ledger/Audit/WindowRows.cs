using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>The rows that a window of entries must have left behind.</summary>
internal static class WindowRows
{
    public static AuditFinding? Numbers(NpgsqlConnection connection, int shard, Dictionary<TransferId, NumberRow> transfers)
    {
        using var command = new NpgsqlCommand("""
            SELECT n.id, n.seq, n.legs, n.kind, n.code
            FROM unnest($1) AS wanted (id)
            CROSS JOIN LATERAL (SELECT * FROM ledger.number WHERE id = wanted.id OFFSET 0) n
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. transfers.Keys.Select(t => t.Value)] });
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var id = new TransferId(reader.GetGuid(0));
            var row = new NumberRow(id, 0, reader.GetInt64(1), reader.GetInt16(2), (EntryKind)reader.GetInt16(3), (DeclineCode)reader.GetInt16(4));
            if (transfers.Remove(id, out var journal) && journal != row)
                return AuditFinding.Entry(shard, journal.Seq, $"the number row of its transfer {id} says entry {row.Seq}, {row.Legs} legs, {row.Kind}, {row.Code}; the journal has entry {journal.Seq}, {journal.Legs} legs, {journal.Kind}, {journal.Code}.");
        }
        if (transfers.Count == 0) return null;
        var missing = transfers.Values.MinBy(t => t.Seq);
        return AuditFinding.Entry(shard, missing.Seq, $"its transfer {missing.Id} has no number row: the same number would be taken for a new one.");
    }

    public static AuditFinding? Holds(NpgsqlConnection connection, int shard, List<Entry> window, AuditState state)
    {
        var resolved = window.Where(e => e.DebitVersion != 0 && e.Debit.Number == BucketId.Held).Select(e => e.Original!.Value).ToHashSet();
        if (resolved.Count == 0) return null;
        using var command = new NpgsqlCommand("SELECT id, posted, state FROM ledger.hold WHERE id = ANY($1)", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. resolved.Select(h => h.Value)] });
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var id = new TransferId(reader.GetGuid(0));
            var hold = state.Holds[id];
            resolved.Remove(id);
            if ((reader.GetInt64(1), (HoldState)reader.GetInt16(2)) != (hold.Posted, hold.State))
                return AuditFinding.Row(shard, $"hold {id}", $"the row says {reader.GetInt64(1)} fen posted, {(HoldState)reader.GetInt16(2)}; the journal says {hold.Posted} fen, {hold.State}.");
        }
        return resolved.Count == 0 ? null : AuditFinding.Row(shard, $"hold {resolved.First()}", $"its row is missing.");
    }

    public static AuditFinding? Refunds(NpgsqlConnection connection, int shard, AuditState state)
    {
        if (state.Refunds.Count == 0) return null;
        var rows = new List<KeyValuePair<TransferId, AuditedRefund>>();
        using (var command = new NpgsqlCommand("SELECT payment, refunded FROM ledger.refund WHERE payment = ANY($1)", connection) { CommandTimeout = 0 })
        {
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. state.Refunds.Keys.Select(p => p.Value)] });
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var payment = new TransferId(reader.GetGuid(0));
                var inWindow = state.Refunds[payment];
                if (reader.GetInt64(1) < inWindow.Refunded) return AuditFinding.Row(shard, $"refund {payment}", $"the row says {reader.GetInt64(1)} fen, the entries up to {inWindow.LastSeq} refund at least {inWindow.Refunded}.");
                rows.Add(new(payment, inWindow with { Refunded = reader.GetInt64(1) }));
            }
        }
        if (rows.Count == state.Refunds.Count) return RefundAudit.Exceeding(connection, shard, rows);
        var (missing, refund) = state.Refunds.First(r => rows.TrueForAll(row => row.Key != r.Key));
        return AuditFinding.Entry(shard, refund.LastSeq, $"it refunds {missing}, whose refund row is missing.");
    }

    public static bool IsIssuance(NpgsqlConnection connection, long wallet)
    {
        using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM ledger.wallet WHERE id = $1 AND class = $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = wallet });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)WalletClass.Issuance });
        return (bool)command.ExecuteScalar()!;
    }
}
