using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Npgsql;

namespace Ecny.Ledger.Postgres;

/// <summary>Reads that decide nothing: each is one statement and so one snapshot.</summary>
internal static class JournalReader
{
    private const string Page = $"""
        SELECT {EntryRows.Columns}
        FROM ledger.journal j
        WHERE j.shard = $1 AND j.seq > $2
        ORDER BY j.seq
        LIMIT $3
        """;

    private const string Wallet = """
        SELECT w.class, w.state, w.operator, w.district, w.balance, w.last_seq, s.seq, b.number, b.balance, b.expires_at_micros, b.return_to
        FROM ledger.wallet w
        JOIN ledger.shard s ON s.shard = $1
        LEFT JOIN ledger.bucket b ON b.wallet = w.id
        WHERE w.id = $2
        ORDER BY b.number
        """;

    // Every entry names the one before it in the chain of each bucket it touches: no index by wallet is needed.
    private const string Chain = $"""
        WITH RECURSIVE chain (seq, previous, depth) AS (
          SELECT j.seq, CASE WHEN j.debit_wallet = $2 AND j.debit_bucket = 0 THEN j.debit_prev_seq ELSE j.credit_prev_seq END, 1
          FROM ledger.journal j
          WHERE j.shard = $1 AND j.seq = CASE WHEN $3 > 0 THEN $3 ELSE (SELECT w.last_seq FROM ledger.wallet w WHERE w.id = $2) END
            AND ((j.debit_wallet = $2 AND j.debit_bucket = 0) OR (j.credit_wallet = $2 AND j.credit_bucket = 0))
          UNION ALL
          SELECT j.seq, CASE WHEN j.debit_wallet = $2 AND j.debit_bucket = 0 THEN j.debit_prev_seq ELSE j.credit_prev_seq END, chain.depth + 1
          FROM chain
          JOIN ledger.journal j ON j.shard = $1 AND j.seq = chain.previous
          WHERE chain.previous > 0 AND chain.depth < $4
        )
        SELECT {EntryRows.Columns}
        FROM chain
        JOIN ledger.journal j ON j.shard = $1 AND j.seq = chain.seq
        ORDER BY j.seq DESC
        LIMIT $4
        """;

    private const string Due = """
        SELECT id
        FROM ledger.hold
        WHERE state = 1 AND expires_at_micros > 0 AND expires_at_micros <= $1
        ORDER BY expires_at_micros
        LIMIT $2
        """;

    public static async Task<IReadOnlyList<Entry>> ReadPage(NpgsqlConnection connection, int shard, long afterSeq, int limit, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Page, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = shard }, new NpgsqlParameter<long> { TypedValue = afterSeq }, new NpgsqlParameter<int> { TypedValue = limit } },
        };
        return await EntryRows.ReadAll(command, stop);
    }

    public static async Task<WalletSnapshot?> ReadWallet(NpgsqlConnection connection, int shard, long wallet, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Wallet, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = shard }, new NpgsqlParameter<long> { TypedValue = wallet } },
        };
        await using var r = await command.ExecuteReaderAsync(stop);
        if (!await r.ReadAsync(stop)) return null;
        var snapshot = new WalletSnapshot
        {
            Wallet = wallet,
            Class = (WalletClass)r.GetInt16(0),
            State = (WalletState)r.GetInt16(1),
            Operator = StringPool.Of(r.GetString(2)),
            District = StringPool.Of(r.GetString(3)),
            Available = r.GetInt64(4),
            LastSeq = r.GetInt64(5),
            Shard = shard,
            AsOfSeq = r.GetInt64(6),
        };
        var held = 0L;
        var bound = new List<Part>();
        do
        {
            if (r.IsDBNull(7)) break;
            var part = new Part(r.GetInt32(7), r.GetInt64(8));
            if (part.Bucket == BucketId.StateTerm) snapshot = snapshot with { StateExpiresAtMicros = r.GetInt64(9), StateAfter = (WalletState)r.GetInt64(10) };
            else if (part.Bucket == BucketId.Held) held = part.Amount;
            else bound.Add(part);
        }
        while (await r.ReadAsync(stop));
        return snapshot with { Held = held, Bound = bound };
    }

    public static async Task<IReadOnlyList<Entry>> ReadChain(NpgsqlConnection connection, int shard, long wallet, long fromSeq, int limit, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Chain, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = shard }, new NpgsqlParameter<long> { TypedValue = wallet },
                new NpgsqlParameter<long> { TypedValue = fromSeq }, new NpgsqlParameter<int> { TypedValue = limit },
            },
        };
        return await EntryRows.ReadAll(command, stop);
    }

    public static async Task<IReadOnlyList<TransferId>> ReadDue(NpgsqlConnection connection, long atMicros, int limit, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Due, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = atMicros }, new NpgsqlParameter<int> { TypedValue = limit } },
        };
        var due = new List<TransferId>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) due.Add(new TransferId(reader.GetGuid(0)));
        return due;
    }
}
