using System.Globalization;
using Ecny.Bench.Report;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Ecny.Bench.Ledger;

/// <summary>
/// Fills a ledger database by COPY, indexes built afterwards. Every wallet has one GENESIS entry (issuance → wallet) with right versions, balances, chain of
/// entries and chain hash, and that entry's number: an auditor finds nothing wrong with them. The rest of the numbers stand for history whose journal was archived:
/// they have no entries (seq 0, no legs).
/// </summary>
internal sealed class LedgerPreparation(string connectionString, LedgerCity city)
{
    public async Task Run(CancellationToken stop)
    {
        Progress.Say($"preparing the ledger's {city.Wallets:#,0} wallets and {city.Numbers:#,0} numbers");
        LedgerMigrations.Run(connectionString);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await Execute(source, "ALTER TABLE ledger.number DROP CONSTRAINT number_pkey", stop);
        await Execute(source, "ALTER TABLE ledger.wallet DROP CONSTRAINT wallet_pkey", stop);
        await Execute(source, "ALTER TABLE ledger.journal DROP CONSTRAINT journal_pkey", stop);

        var genesis = Task.Run(() => Genesis(source, stop), stop);
        await Task.Run(() => ArchivedNumbers(source, stop), stop);
        await Task.Run(() => Wallets(source, stop), stop);
        await genesis;

        Progress.Say($"building indexes");
        await Execute(source, "SET maintenance_work_mem = '1GB'; ALTER TABLE ledger.wallet ADD CONSTRAINT wallet_pkey PRIMARY KEY (id)", stop);
        await Execute(source, "SET maintenance_work_mem = '1GB'; ALTER TABLE ledger.journal ADD CONSTRAINT journal_pkey PRIMARY KEY (shard, seq)", stop);
        await Execute(source, "SET maintenance_work_mem = '1GB'; ALTER TABLE ledger.number ADD CONSTRAINT number_pkey PRIMARY KEY (id)", stop);
        Progress.Say($"vacuum");
        await Execute(source, "VACUUM (ANALYZE) ledger.wallet, ledger.number, ledger.journal", stop);
        await Execute(source, $"COMMENT ON SCHEMA ledger IS '{city.Marker}'", stop);
    }

    public static async Task<string?> MarkerOf(string connectionString, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'ledger'");
        return await command.ExecuteScalarAsync(stop) as string;
    }

    private void Genesis(NpgsqlDataSource source, CancellationToken stop)
    {
        var head = new GenesisHead();
        using (var connection = source.OpenConnection())
        using (var journal = connection.BeginBinaryImport("""
            COPY ledger.journal (seq, epoch, transfer, debit_wallet, credit_wallet, amount, debit_version, debit_balance, debit_prev_seq, credit_version, credit_balance,
              credit_prev_seq, at_micros, shard, debit_bucket, credit_bucket, business_date, leg, kind, code, institution, number, context)
            FROM STDIN (FORMAT binary)
            """))
        {
            for (long i = 0; i < city.Wallets; i++)
            {
                if (i % 100_000 == 0) stop.ThrowIfCancellationRequested();
                Write(journal, head.Next(i));
            }
            journal.Complete();
        }
        using (var connection = source.OpenConnection())
        using (var numbers = NumberImport(connection))
        {
            for (long i = 0; i < city.Wallets; i++)
                Write(numbers, GenesisHead.NumberOf(i), 1, i + 1, 1, EntryKind.Genesis);
            numbers.Complete();
        }
        using var command = source.CreateCommand("""
            INSERT INTO ledger.shard (shard, epoch, owner, activated_at, seq, at_micros, business_date, day_count, day_sum, chain)
            VALUES (0, 1, 'preparation', now() - INTERVAL '1 day', $1, $2, $3, $4, $5, $6)
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = city.Wallets }, new() { Value = head.AtMicros }, new() { Value = head.Date }, new() { Value = city.Wallets },
            new() { Value = city.Wallets * LedgerCity.OpeningBalance }, new() { Value = head.Chain },
        });
        command.ExecuteNonQuery();
    }

    private static void Write(NpgsqlBinaryImporter row, Entry e)
    {
        row.StartRow();
        row.Write(e.Seq); row.Write(e.Epoch); row.Write(e.Transfer.Value); row.Write(e.Debit.Wallet); row.Write(e.Credit.Wallet); row.Write(e.Amount);
        row.Write(e.DebitVersion); row.Write(e.DebitBalance); row.Write(e.DebitPrevSeq); row.Write(e.CreditVersion); row.Write(e.CreditBalance);
        row.Write(e.CreditPrevSeq); row.Write(e.AtMicros); row.Write(e.Shard); row.Write(e.Debit.Number); row.Write(e.Credit.Number);
        row.Write(e.BusinessDate, NpgsqlDbType.Date); row.Write(e.Leg); row.Write((short)e.Kind); row.Write((short)e.Code);
        row.Write(e.Institution); row.Write(e.Number); row.Write(e.Context);
    }

    private void ArchivedNumbers(NpgsqlDataSource source, CancellationToken stop)
    {
        using var connection = source.OpenConnection();
        using var numbers = NumberImport(connection);
        var random = new Random(19000101);
        var bytes = new byte[16];
        for (var i = city.Wallets; i < city.Numbers; i++)
        {
            if (i % 1_000_000 == 0) stop.ThrowIfCancellationRequested();
            random.NextBytes(bytes);
            Write(numbers, new TransferId(new Guid(bytes)), i, 0, 0, EntryKind.Transfer);
        }
        numbers.Complete();
    }

    private static NpgsqlBinaryImporter NumberImport(NpgsqlConnection connection) =>
        connection.BeginBinaryImport("COPY ledger.number (id, fingerprint, seq, legs, kind, code) FROM STDIN (FORMAT binary)");

    private static void Write(NpgsqlBinaryImporter row, TransferId id, long fingerprint, long seq, short legs, EntryKind kind)
    {
        row.StartRow();
        row.Write(id.Value); row.Write(fingerprint); row.Write(seq); row.Write(legs); row.Write((short)kind); row.Write((short)0);
    }

    private void Wallets(NpgsqlDataSource source, CancellationToken stop)
    {
        using var connection = source.OpenConnection();
        using var row = connection.BeginBinaryImport("""
            COPY ledger.wallet (id, version, balance, last_seq, day_used, year_used, limit_day, limit_year, class, state, operator, district)
            FROM STDIN (FORMAT binary)
            """);
        for (long i = 0; i < city.Wallets; i++)
        {
            if (i % 1_000_000 == 0) stop.ThrowIfCancellationRequested();
            Wallet(LedgerCity.WalletAt(i), 1, LedgerCity.OpeningBalance, i + 1, WalletClass.I, LedgerCity.Operator, "320500");
        }
        Wallet(LedgerCity.Issuance, city.Wallets, -city.Wallets * LedgerCity.OpeningBalance, city.Wallets, WalletClass.Issuance, "platform", "");
        row.Complete();

        void Wallet(long id, long version, long balance, long lastSeq, WalletClass walletClass, string institution, string district)
        {
            row.StartRow();
            row.Write(id); row.Write(version); row.Write(balance); row.Write(lastSeq); row.Write(0L); row.Write(0L); row.Write(0); row.Write((short)0);
            row.Write((short)walletClass); row.Write((short)WalletState.Normal); row.Write(institution); row.Write(district);
        }
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>The GENESIS entries one after the other, with the chain hash over them.</summary>
    private sealed class GenesisHead
    {
        public long AtMicros { get; } = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
        public DateOnly Date { get; } = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        public byte[] Chain { get; private set; } = EntryHash.Genesis;

        public static TransferId NumberOf(long index) => TransferId.Of(LedgerCore.SystemInstitution, NumberKind.System, Text(index));

        public Entry Next(long index)
        {
            var entry = new Entry
            {
                Shard = 0, Seq = index + 1, Epoch = 1, Transfer = NumberOf(index), Leg = 0, Institution = LedgerCore.SystemInstitution, Number = Text(index),
                Kind = EntryKind.Genesis, Amount = LedgerCity.OpeningBalance, AtMicros = AtMicros, BusinessDate = Date,
                Debit = BucketId.AvailableOf(LedgerCity.Issuance), DebitVersion = index + 1, DebitBalance = -(index + 1) * LedgerCity.OpeningBalance, DebitPrevSeq = index,
                Credit = BucketId.AvailableOf(LedgerCity.WalletAt(index)), CreditVersion = 1, CreditBalance = LedgerCity.OpeningBalance, CreditPrevSeq = 0,
            };
            Chain = EntryHash.Next(Chain, entry);
            return entry;
        }

        private static string Text(long index) => string.Create(CultureInfo.InvariantCulture, $"genesis-{index}");
    }
}
