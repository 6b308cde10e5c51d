using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>Reads journal rows.</summary>
internal static class EntryRows
{
    /// <summary>Columns of <c>ledger.journal j</c> in the order <see cref="Read"/> takes them.</summary>
    public const string Columns = """
        j.shard, j.seq, j.epoch, j.transfer, j.leg, j.institution, j.number, j.kind, j.transfer_group, j.original,
        j.debit_wallet, j.debit_bucket, j.credit_wallet, j.credit_bucket, j.amount, j.debit_version, j.debit_balance, j.debit_prev_seq,
        j.credit_version, j.credit_balance, j.credit_prev_seq, j.code, j.at_micros, j.business_date, j.trace_parent, j.context
        """;

    /// <summary>
    /// The entries <c>j</c> of the numbers <c>n</c> whose ids are <c>$2</c>, in shard <c>$1</c>. OFFSET 0 leaves the planner only the way through the keys: it takes a range
    /// between two columns for a ninth of the journal, and then reads all numbers or all entries instead.
    /// </summary>
    public const string OfNumbers = """
        FROM unnest($2) AS key (id)
        CROSS JOIN LATERAL (SELECT * FROM ledger.number k WHERE k.id = key.id OFFSET 0) n
        CROSS JOIN LATERAL (SELECT * FROM ledger.journal e WHERE e.shard = $1 AND e.seq >= n.seq AND e.seq < n.seq + n.legs OFFSET 0) j
        """;

    public static Entry Read(NpgsqlDataReader r) => new()
    {
        Shard = r.GetInt32(0),
        Seq = r.GetInt64(1),
        Epoch = r.GetInt64(2),
        Transfer = new TransferId(r.GetGuid(3)),
        Leg = r.GetInt16(4),
        Institution = StringPool.Of(r.GetString(5)),
        Number = r.GetString(6),
        Kind = (EntryKind)r.GetInt16(7),
        Group = r.IsDBNull(8) ? null : new TransferId(r.GetGuid(8)),
        Original = r.IsDBNull(9) ? null : new TransferId(r.GetGuid(9)),
        Debit = new BucketId(r.GetInt64(10), r.GetInt32(11)),
        Credit = new BucketId(r.GetInt64(12), r.GetInt32(13)),
        Amount = r.GetInt64(14),
        DebitVersion = r.GetInt64(15),
        DebitBalance = r.GetInt64(16),
        DebitPrevSeq = r.GetInt64(17),
        CreditVersion = r.GetInt64(18),
        CreditBalance = r.GetInt64(19),
        CreditPrevSeq = r.GetInt64(20),
        Code = (DeclineCode)r.GetInt16(21),
        AtMicros = r.GetInt64(22),
        BusinessDate = r.GetFieldValue<DateOnly>(23),
        TraceParent = r.IsDBNull(24) ? null : r.GetString(24),
        Context = r.GetString(25),
    };

    public static async Task<IReadOnlyList<Entry>> ReadAll(NpgsqlCommand command, CancellationToken stop)
    {
        var entries = new List<Entry>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) entries.Add(Read(reader));
        return entries;
    }
}
