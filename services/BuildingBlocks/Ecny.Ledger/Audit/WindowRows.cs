using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>The rows that a window of entries must have left behind.</summary>
internal static class WindowRows
{
    /// <summary>Compared by the server, so that next to nothing comes back; in the order of the index, whose neighbours share pages.</summary>
    public static AuditFinding? Numbers(NpgsqlConnection connection, int shard, List<NumberRow> transfers)
    {
        transfers.Sort(static (a, b) => a.Id.Value.CompareTo(b.Id.Value));
        using var command = new NpgsqlCommand("""
            SELECT wanted.id, wanted.seq, wanted.legs, wanted.kind, wanted.code, n.seq, n.legs, n.kind, n.code
            FROM unnest($1, $2, $3, $4, $5) AS wanted (id, seq, legs, kind, code)
            LEFT JOIN LATERAL (SELECT * FROM ledger.number WHERE id = wanted.id OFFSET 0) n ON TRUE
            WHERE n.id IS NULL OR n.seq <> wanted.seq OR n.legs <> wanted.legs OR n.kind <> wanted.kind OR n.code <> wanted.code
            ORDER BY wanted.seq
            LIMIT 1
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. transfers.Select(t => t.Id.Value)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. transfers.Select(t => t.Seq)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. transfers.Select(t => t.Legs)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. transfers.Select(t => (short)t.Kind)] });
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. transfers.Select(t => (short)t.Code)] });
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        var (id, seq) = (new TransferId(reader.GetGuid(0)), reader.GetInt64(1));
        return reader.IsDBNull(5)
            ? AuditFinding.Entry(shard, seq, $"its transfer {id} has no number row: the same number would be taken for a new one.")
            : AuditFinding.Entry(shard, seq, $"the number row of its transfer {id} says {Row(5)}; the journal has {Row(1)}.");

        FormattableString Row(int at) =>
            $"entry {reader.GetInt64(at)}, {reader.GetInt16(at + 1)} legs, {(EntryKind)reader.GetInt16(at + 2)}, {(DeclineCode)reader.GetInt16(at + 3)}";
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
