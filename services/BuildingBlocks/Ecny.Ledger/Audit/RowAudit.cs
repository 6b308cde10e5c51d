using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Npgsql;

namespace Ecny.Ledger.Audit;

/// <summary>Rows against the journal: every wallet, bucket, hold and refund row is what the last entry about it made of it, and none is missing.</summary>
internal sealed class RowAudit(NpgsqlConnection connection, int shard)
{
    private Int128 _sum;

    public long WalletCount { get; private set; }
    public long BucketCount { get; private set; }

    public static int CountBuckets(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT (SELECT count(*) FROM ledger.wallet) + (SELECT count(*) FROM ledger.bucket)", connection) { CommandTimeout = 0 };
        return checked((int)(long)command.ExecuteScalar()!);
    }

    public static HashSet<long> IssuanceAccounts(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT id FROM ledger.wallet WHERE class = $1", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)WalletClass.Issuance });
        using var reader = command.ExecuteReader();
        var found = new HashSet<long>();
        while (reader.Read()) found.Add(reader.GetInt64(0));
        return found;
    }

    public AuditFinding? Wallets(AuditState state)
    {
        using var rows = new BinaryRows(connection, "SELECT id, version, balance, last_seq FROM ledger.wallet");
        for (; rows.Next(); WalletCount++)
        {
            var id = BucketId.AvailableOf(rows.Long());
            if (Compare(state, id, new BucketState(rows.Long(), rows.Long(), rows.Long())) is { } finding) return finding;
        }
        return null;
    }

    public AuditFinding? Buckets(AuditState state)
    {
        using var rows = new BinaryRows(connection, "SELECT wallet, number, version, balance, last_seq FROM ledger.bucket");
        for (; rows.Next(); BucketCount++)
        {
            var id = new BucketId(rows.Long(), rows.Int());
            if (Compare(state, id, new BucketState(rows.Long(), rows.Long(), rows.Long())) is { } finding) return finding;
        }
        return null;
    }

    /// <summary>Buckets that the journal knows and no row was found for (those found were taken out).</summary>
    public AuditFinding? MissingRow(AuditState state)
    {
        if (state.Buckets.Count == 0) return null;
        var (bucket, last) = state.Buckets.MinBy(b => b.Value.LastSeq);
        return AuditFinding.Row(shard, $"wallet {WalletNumber.Text(bucket.Wallet)}", $"the row of bucket {bucket.Number} is missing; entry {last.LastSeq} left {last.Balance} fen in it.");
    }

    /// <summary>All money of the shard adds up to nothing: what is held was issued.</summary>
    public AuditFinding? Sum() => _sum == 0 ? null : AuditFinding.Row(shard, $"sum", $"all balances together are {_sum} fen instead of 0.");

    public AuditFinding? Holds(AuditState state)
    {
        var missing = state.Holds.Count;
        using (var rows = new BinaryRows(connection, "SELECT id, wallet, amount, posted, state FROM ledger.hold"))
        {
            for (; rows.Next(); missing--)
            {
                var id = new TransferId(rows.Id());
                var row = (Wallet: rows.Long(), Amount: rows.Long(), Posted: rows.Long(), State: (HoldState)rows.Short());
                if (!state.Holds.TryGetValue(id, out var hold)) return AuditFinding.Row(shard, $"hold {id}", $"no entry of the journal made this hold.");
                if (row != (hold.Wallet, hold.Amount, hold.Posted, hold.State))
                    return AuditFinding.Row(shard, $"hold {id}", $"the row says wallet {row.Wallet}, {row.Posted} of {row.Amount} fen, {row.State}; the journal says wallet {hold.Wallet}, {hold.Posted} of {hold.Amount} fen, {hold.State}.");
            }
        }
        return missing == 0 ? null : AuditFinding.Row(shard, $"holds", $"{missing} holds of the journal have no row.");
    }

    public AuditFinding? Refunds(AuditState state)
    {
        var missing = state.Refunds.Count;
        using (var rows = new BinaryRows(connection, "SELECT payment, refunded FROM ledger.refund"))
        {
            for (; rows.Next(); missing--)
            {
                var payment = new TransferId(rows.Id());
                var refunded = rows.Long();
                if (!state.Refunds.TryGetValue(payment, out var entries)) return AuditFinding.Row(shard, $"refund {payment}", $"the row says {refunded} fen, the journal refunds nothing of this payment.");
                if (entries.Refunded != refunded) return AuditFinding.Row(shard, $"refund {payment}", $"the row says {refunded} fen, the entries up to {entries.LastSeq} refund {entries.Refunded}.");
            }
        }
        if (missing != 0) return AuditFinding.Row(shard, $"refunds", $"{missing} refunded payments of the journal have no row.");
        foreach (var payments in state.Refunds.Chunk(1000))
            if (RefundAudit.Exceeding(connection, shard, payments) is { } finding) return finding;
        return null;
    }

    private AuditFinding? Compare(AuditState state, BucketId id, BucketState row)
    {
        _sum += row.Balance;
        if (!state.Buckets.Remove(id, out var journal))
            return AuditFinding.Row(shard, $"wallet {WalletNumber.Text(id.Wallet)}", $"bucket {id.Number} holds {row.Balance} fen, but no entry of the journal touched it.");
        return row == journal
            ? null
            : AuditFinding.Row(shard, $"wallet {WalletNumber.Text(id.Wallet)}",
                $"the row of bucket {id.Number} says {row.Balance} fen, version {row.Version}, last entry {row.LastSeq}; the journal says {journal.Balance} fen, version {journal.Version}, last entry {journal.LastSeq}.");
    }
}
