using Ecny.Contracts.Ledger;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>Remembered numbers and once-keys against the journal.</summary>
internal static class NumberAudit
{
    public static AuditFinding? Numbers(NpgsqlConnection connection, int shard, NumberSum journal)
    {
        var rows = journal.Fresh();
        using (var stored = new BinaryRows(connection, "SELECT id, seq, legs, kind, code FROM ledger.number"))
            while (stored.Next()) rows.Add(new TransferId(stored.Id()), stored.Long(), stored.Short(), stored.Short(), stored.Short());
        if (rows.Agrees(journal)) return null;
        return EntryWithoutNumber(connection, shard) ?? NumberWithoutEntry(connection, shard)
            ?? AuditFinding.Row(shard, $"numbers", $"{rows.Count} numbers are remembered, the journal has {journal.Count} transfers.");
    }

    public static AuditFinding? Once(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("""
            SELECT o.id, o.claimed_by, o.closed
            FROM ledger.once o
            LEFT JOIN ledger.number n ON n.id = o.claimed_by
            WHERE n.id IS NULL OR n.code <> 0 OR o.closed <> (n.kind = 16)
            ORDER BY o.id
            LIMIT 1
            """, connection) { CommandTimeout = 0 };
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        var (key, by, closed) = (reader.GetGuid(0), reader.GetGuid(1), reader.GetBoolean(2));
        return AuditFinding.Row(shard, $"once {key:N}", closed ? (FormattableString)$"it is closed by {by:N}, which closed nothing." : $"it is claimed by {by:N}, which did not succeed.");
    }

    /// <summary>Slow, and only run to name what the sums found.</summary>
    private static AuditFinding? EntryWithoutNumber(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("""
            SELECT j.seq, j.transfer, n.seq, n.legs, n.kind, n.code
            FROM ledger.journal j
            LEFT JOIN ledger.number n ON n.id = j.transfer
            WHERE j.shard = $1 AND j.leg = 0
              AND (n.id IS NULL OR n.seq <> j.seq OR n.kind <> j.kind OR n.code <> j.code OR n.legs < 1
                OR NOT EXISTS (SELECT FROM ledger.journal l WHERE l.shard = $1 AND l.seq = j.seq + n.legs - 1 AND l.transfer = j.transfer)
                OR EXISTS (SELECT FROM ledger.journal l WHERE l.shard = $1 AND l.seq = j.seq + n.legs AND l.transfer = j.transfer))
            ORDER BY j.seq
            LIMIT 1
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        var (seq, transfer) = (reader.GetInt64(0), reader.GetGuid(1));
        return reader.IsDBNull(2)
            ? AuditFinding.Entry(shard, seq, $"its transfer {transfer:N} has no number row: the same number would be taken for a new one.")
            : AuditFinding.Entry(shard, seq, $"the number row of its transfer {transfer:N} says entry {reader.GetInt64(2)}, {reader.GetInt16(3)} legs, kind {reader.GetInt16(4)}, code {reader.GetInt16(5)}.");
    }

    private static AuditFinding? NumberWithoutEntry(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("""
            SELECT n.id, n.seq
            FROM ledger.number n
            LEFT JOIN ledger.journal j ON j.shard = $1 AND j.seq = n.seq AND j.transfer = n.id AND j.leg = 0
            WHERE j.seq IS NULL
            ORDER BY n.seq
            LIMIT 1
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? AuditFinding.Row(shard, $"number {reader.GetGuid(0):N}", $"it is remembered as entry {reader.GetInt64(1)}, where the journal has no such transfer.")
            : null;
    }
}
