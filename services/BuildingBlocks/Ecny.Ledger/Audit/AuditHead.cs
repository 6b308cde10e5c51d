using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>The shard's row, against which the end of the journal is held.</summary>
internal sealed record AuditHead(int Shard, long Epoch, long Seq, long AtMicros, DateOnly BusinessDate, long DayCount, long DaySum, byte[] Chain)
{
    public static AuditHead? Read(NpgsqlConnection connection, int shard)
    {
        using var command = new NpgsqlCommand("SELECT epoch, seq, at_micros, business_date, day_count, day_sum, chain FROM ledger.shard WHERE shard = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new AuditHead(shard, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<DateOnly>(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetFieldValue<byte[]>(6))
            : null;
    }

    /// <summary>What the journal amounts to must be what the shard's row says.</summary>
    public AuditFinding? Compare(AuditPosition end)
    {
        if (end.Seq < Seq) return AuditFinding.Entry(Shard, end.Seq + 1, $"the entry is missing: the journal ends at {end.Seq}, its shard stands at {Seq}.");
        if (end.Seq > Seq) return AuditFinding.Entry(Shard, Seq + 1, $"the entry is beyond the shard's last sequence {Seq}.");
        if (!Chain.AsSpan().SequenceEqual(end.Chain)) return AuditFinding.Row(Shard, $"chain", $"the entries do not have the hash that was committed with them: one of the entries up to {Seq} was changed.");
        if (end.Epoch > Epoch) return AuditFinding.Entry(Shard, end.Seq, $"its epoch {end.Epoch} is after the shard's epoch {Epoch}.");
        if (end.AtMicros > AtMicros) return AuditFinding.Entry(Shard, end.Seq, $"its time {end.AtMicros} is after the shard's time {AtMicros}.");
        if (end.BusinessDate is { } date && date > BusinessDate) return AuditFinding.Row(Shard, $"business date", $"the journal is at {date:yyyy-MM-dd}, its shard at {BusinessDate:yyyy-MM-dd}.");
        if ((end.DayCount, end.DaySum) != (DayCount, DaySum))
            return AuditFinding.Row(Shard, $"day totals", $"the shard counts {DayCount} entries and {DaySum} fen of the open day; the journal has {end.DayCount} and {end.DaySum}.");
        return null;
    }
}
