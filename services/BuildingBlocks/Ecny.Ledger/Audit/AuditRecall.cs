using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>Reads from the journal what a window of entries refers to and the auditor does not remember.</summary>
internal static class AuditRecall
{
    public static void Load(NpgsqlConnection connection, int shard, List<Entry> window, AuditState state)
    {
        var first = window[0].Seq;
        // A reference into the window itself is met on the way.
        var buckets = new Dictionary<BucketId, long>();
        var holds = new HashSet<Guid>();
        foreach (var e in window)
        {
            if (e.DebitVersion > 1 && e.DebitPrevSeq < first && !state.Buckets.ContainsKey(e.Debit)) buckets.TryAdd(e.Debit, e.DebitPrevSeq);
            if (e.CreditVersion > 1 && e.CreditPrevSeq < first && !state.Buckets.ContainsKey(e.Credit)) buckets.TryAdd(e.Credit, e.CreditPrevSeq);
            if (e.DebitVersion != 0 && e.Debit.Number == BucketId.Held && e.Original is { } hold && !state.Holds.ContainsKey(hold)) holds.Add(hold.Value);
        }
        if (buckets.Count > 0) LoadBuckets(connection, shard, buckets, state);
        if (holds.Count > 0) LoadHolds(connection, shard, first, [.. holds], state);
    }

    private static void LoadBuckets(NpgsqlConnection connection, int shard, Dictionary<BucketId, long> buckets, AuditState state)
    {
        using var command = new NpgsqlCommand("""
            SELECT j.seq, j.debit_wallet, j.debit_bucket, j.debit_version, j.debit_balance, j.credit_wallet, j.credit_bucket, j.credit_version, j.credit_balance
            FROM unnest($2) AS wanted (seq)
            CROSS JOIN LATERAL (SELECT * FROM ledger.journal WHERE shard = $1 AND seq = wanted.seq OFFSET 0) j
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. buckets.Values.Distinct().Order()] });
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var seq = reader.GetInt64(0);
            var debit = new BucketId(reader.GetInt64(1), reader.GetInt32(2));
            var credit = new BucketId(reader.GetInt64(5), reader.GetInt32(6));
            if (buckets.TryGetValue(debit, out var wanted) && wanted == seq) state.Buckets[debit] = new BucketState(reader.GetInt64(3), reader.GetInt64(4), seq);
            if (buckets.TryGetValue(credit, out wanted) && wanted == seq) state.Buckets[credit] = new BucketState(reader.GetInt64(7), reader.GetInt64(8), seq);
        }
    }

    private static void LoadHolds(NpgsqlConnection connection, int shard, long before, Guid[] holds, AuditState state)
    {
        using var command = new NpgsqlCommand("""
            SELECT n.id, j.debit_wallet, j.amount
            FROM unnest($2) AS wanted (id)
            CROSS JOIN LATERAL (SELECT id, seq FROM ledger.number WHERE id = wanted.id AND kind = 7 AND code = 0 AND seq < $3 OFFSET 0) n
            CROSS JOIN LATERAL (SELECT debit_wallet, amount FROM ledger.journal WHERE shard = $1 AND seq = n.seq AND transfer = n.id OFFSET 0) j
            """, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. holds.Order()] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        using var reader = command.ExecuteReader();
        while (reader.Read())
            state.Holds[new TransferId(reader.GetGuid(0))] = new AuditedHold(reader.GetInt64(1), reader.GetInt64(2), 0, 0, null, HoldState.Open);
    }
}
