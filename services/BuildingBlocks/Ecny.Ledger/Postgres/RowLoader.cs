using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Ledger.Postgres;

/// <summary>The rows a batch needs, in one round trip: a statement for each kind of key that is asked for, none for the others.</summary>
internal static class RowLoader
{
    private const string Wallets = """
        SELECT w.id, w.version, w.balance, w.last_seq, w.day_used, w.year_used, w.limit_day, w.limit_year, w.class, w.state, w.operator, w.district, w.ctid
        FROM unnest($1) AS key (id)
        JOIN ledger.wallet w ON w.id = key.id
        """;

    private const string Buckets = """
        SELECT b.wallet, b.number, b.version, b.balance, b.last_seq, b.expires_at_micros, b.return_to
        FROM unnest($1, $2) AS key (wallet, number)
        JOIN ledger.bucket b ON b.wallet = key.wallet AND b.number = key.number
        """;

    private const string Numbers = """
        SELECT n.id, n.fingerprint, n.seq, n.legs, n.kind, n.code
        FROM unnest($1) AS key (id)
        JOIN ledger.number n ON n.id = key.id
        """;

    private const string Once = """
        SELECT o.id, o.kind, o.claimed_by, o.closed
        FROM unnest($1) AS key (id)
        JOIN ledger.once o ON o.id = key.id
        """;

    private const string Holds = """
        SELECT h.id, h.wallet, h.amount, h.posted, h.state, h.expires_at_micros, h.limit_day, h.limit_year
        FROM unnest($1) AS key (id)
        JOIN ledger.hold h ON h.id = key.id
        """;

    private const string Refunds = """
        SELECT r.payment, r.refunded
        FROM unnest($1) AS key (id)
        JOIN ledger.refund r ON r.payment = key.id
        """;

    private const string Tokens = """
        SELECT t.id, t.wallet, t.merchant_no, t.per_payment, t.per_day, t.revoked, t.used_day, t.day_used, t.version, t.ctid
        FROM unnest($1) AS key (id)
        JOIN ledger.token t ON t.id = key.id
        """;

    private const string Transfers = $"""
        SELECT {EntryRows.Columns}
        {EntryRows.OfNumbers}
        ORDER BY j.seq
        """;

    public static async Task<LoadedRows> Load(NpgsqlConnection connection, int shard, KeySet keys, RowPlaces places, CancellationToken stop)
    {
        var rows = new LoadedRows();
        await using var batch = new NpgsqlBatch(connection);
        var reads = new List<Action<NpgsqlDataReader>>(8);
        Ask(keys.Wallets.Count, Wallets, r => Found(r, Wallet(r)), () => [Array(keys.Wallets)]);
        Ask(keys.Buckets.Count, Buckets, r => rows.Buckets.Add(Bucket(r)), () => [Array(keys.Buckets.Select(b => b.Wallet), keys.Buckets.Count), Array(keys.Buckets)]);
        Ask(keys.Numbers.Count, Numbers, r => rows.Numbers.Add(Number(r)), () => [Array(keys.Numbers)]);
        Ask(keys.Once.Count, Once, r => rows.Once.Add(OnceOf(r)), () => [Array(keys.Once.Select(o => o.Value), keys.Once.Count)]);
        Ask(keys.Holds.Count, Holds, r => rows.Holds.Add(Hold(r)), () => [Array(keys.Holds)]);
        Ask(keys.Refunds.Count, Refunds, r => rows.Refunds.Add(new RefundRow(new TransferId(r.GetGuid(0)), r.GetInt64(1))), () => [Array(keys.Refunds)]);
        Ask(keys.Tokens.Count, Tokens, r => Known(r, Token(r)), () => [Array(keys.Tokens, keys.Tokens.Count)]);
        Ask(keys.Transfers.Count, Transfers, r => rows.Entries.Add(EntryRows.Read(r)), () => [new NpgsqlParameter<int> { TypedValue = shard }, Array(keys.Transfers)]);
        if (reads.Count == 0) return rows;

        await using var reader = await batch.ExecuteReaderAsync(stop);
        foreach (var read in reads)
        {
            while (await reader.ReadAsync(stop)) read(reader);
            await reader.NextResultAsync(stop);
        }
        return rows;

        void Found(NpgsqlDataReader r, WalletRow row)
        {
            rows.Wallets.Add(row);
            places.Wallets.Remember(row.Id, r.GetFieldValue<NpgsqlTid>(12));
        }

        void Known(NpgsqlDataReader r, TokenRow row)
        {
            rows.Tokens.Add(row);
            places.Tokens.Remember(row.Id, r.GetFieldValue<NpgsqlTid>(9));
        }

        void Ask(int count, string sql, Action<NpgsqlDataReader> read, Func<NpgsqlParameter[]> parameters)
        {
            if (count == 0) return;
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange(parameters());
            batch.BatchCommands.Add(command);
            reads.Add(read);
        }
    }

    private static NpgsqlParameter<Guid[]> Array(HashSet<TransferId> ids) => Array(ids.Select(id => id.Value), ids.Count);

    private static NpgsqlParameter<Guid[]> Array(IEnumerable<Guid> ids, int count) => new() { TypedValue = Copy(ids, count), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter<long[]> Array(HashSet<long> ids) => Array(ids, ids.Count);

    private static NpgsqlParameter<long[]> Array(IEnumerable<long> ids, int count) => new() { TypedValue = Copy(ids, count), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<int[]> Array(HashSet<BucketId> ids) =>
        new() { TypedValue = Copy(ids.Select(id => id.Number), ids.Count), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static T[] Copy<T>(IEnumerable<T> values, int count)
    {
        var copy = new T[count];
        var at = 0;
        foreach (var value in values) copy[at++] = value;
        return copy;
    }

    public static WalletRow Wallet(NpgsqlDataReader r) => new()
    {
        Id = r.GetInt64(0),
        Version = r.GetInt64(1),
        Balance = r.GetInt64(2),
        LastSeq = r.GetInt64(3),
        DayUsed = r.GetInt64(4),
        YearUsed = r.GetInt64(5),
        LimitDay = r.GetInt32(6),
        LimitYear = r.GetInt16(7),
        Class = (WalletClass)r.GetInt16(8),
        State = (WalletState)r.GetInt16(9),
        Operator = StringPool.Of(r.GetString(10)),
        District = StringPool.Of(r.GetString(11)),
    };

    private static BucketRow Bucket(NpgsqlDataReader r) => new()
    {
        Id = new BucketId(r.GetInt64(0), r.GetInt32(1)),
        Version = r.GetInt64(2),
        Balance = r.GetInt64(3),
        LastSeq = r.GetInt64(4),
        ExpiresAtMicros = r.GetInt64(5),
        ReturnTo = r.GetInt64(6),
    };

    private static NumberRow Number(NpgsqlDataReader r) =>
        new(new TransferId(r.GetGuid(0)), r.GetInt64(1), r.GetInt64(2), r.GetInt16(3), (EntryKind)r.GetInt16(4), (DeclineCode)r.GetInt16(5));

    private static OnceRow OnceOf(NpgsqlDataReader r) =>
        new(new OnceKey(r.GetGuid(0), (OnceKind)r.GetInt16(1)), new TransferId(r.GetGuid(2)), r.GetBoolean(3));

    private static HoldRow Hold(NpgsqlDataReader r) => new()
    {
        Id = new TransferId(r.GetGuid(0)),
        Wallet = r.GetInt64(1),
        Amount = r.GetInt64(2),
        Posted = r.GetInt64(3),
        State = (HoldState)r.GetInt16(4),
        ExpiresAtMicros = r.GetInt64(5),
        LimitDay = r.GetInt32(6),
        LimitYear = r.GetInt16(7),
    };

    private static TokenRow Token(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0),
        Wallet = r.GetInt64(1),
        MerchantNo = r.GetString(2),
        PerPayment = r.GetInt64(3),
        PerDay = r.GetInt64(4),
        Revoked = r.GetBoolean(5),
        UsedDay = r.GetInt32(6),
        DayUsed = r.GetInt64(7),
        Version = r.GetInt64(8),
    };
}
