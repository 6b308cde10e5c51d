using Ecny.Ledger.Audit;
using Ecny.Ledger.Receipts;
using Ecny.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ecny.Ledger.Tests.Audit;

/// <summary>What is right passes; every kind of planted damage is found and named, by the full audit.</summary>
public sealed class LedgerAuditTests(PostgresFixture postgres)
{
    private const string ThePayment = "(SELECT min(seq) FROM ledger.journal WHERE kind = 1 AND code = 0 AND leg = 0 AND seq > 60)";
    private static readonly ReceiptSalts Salts = new(new byte[32]);
    private static readonly CheckpointKey Key = CheckpointKey.Generate();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task a_ledger_after_random_commands_of_every_kind_is_right(int seed)
    {
        await using var maker = await Ledger(seed, 600);
        var report = await Audit(maker);
        Assert.Null(report.Finding);
        Assert.True(report.Holds > 10 && report.RefundedPayments > 10 && report.Buckets > 5 && report.Checkpoints > 0, report.ToString());
        Assert.True(await maker.Scalar<long>("SELECT count(*) FROM ledger.journal WHERE kind = 19") > 2, "no business day ended");
        Assert.Empty(report.NotChecked);
    }

    [Fact]
    public async Task an_empty_database_is_right()
    {
        await using var maker = await JournalMaker.Create(postgres, 1, wallets: 0);
        await maker.Execute("TRUNCATE ledger.journal, ledger.wallet, ledger.number, ledger.shard");
        Assert.Null((await Audit(maker)).Finding);
    }

    [Fact]
    public async Task without_keys_it_says_what_was_not_checked()
    {
        await using var maker = await Ledger(4, 100);
        var report = await LedgerAudit.Run(maker.Database, new AuditOptions(), null, TestContext.Current.CancellationToken);
        Assert.Null(report.Finding);
        Assert.Equal(2, report.NotChecked.Count);
    }

    /// <summary>Damage of the journal itself: the auditor names (shard, seq) of the damaged entry.</summary>
    [Theory]
    [InlineData("UPDATE ledger.journal SET credit_balance = credit_balance + 1 WHERE seq = @", "holds")]
    [InlineData("UPDATE ledger.journal SET amount = amount + 1 WHERE seq = @", "after")]
    [InlineData("DELETE FROM ledger.journal WHERE seq = @", "missing")]
    [InlineData("ALTER TABLE ledger.journal DROP CONSTRAINT journal_pkey; INSERT INTO ledger.journal SELECT * FROM ledger.journal WHERE seq = @", "twice")]
    [InlineData("UPDATE ledger.journal SET debit_version = debit_version + 1 WHERE seq = @", "version")]
    [InlineData("UPDATE ledger.journal SET debit_prev_seq = debit_prev_seq - 1 WHERE seq = @", "points back")]
    [InlineData("UPDATE ledger.journal SET epoch = 0 WHERE seq = @", "epoch")]
    [InlineData("UPDATE ledger.journal SET at_micros = 1 WHERE seq = @", "time")]
    [InlineData("UPDATE ledger.journal SET business_date = business_date - 1 WHERE seq = @", "business date")]
    [InlineData("UPDATE ledger.journal SET credit_wallet = 0 WHERE seq = @", "no wallet")]
    [InlineData("UPDATE ledger.journal SET code = 1 WHERE seq = @", "decline")]
    [InlineData("UPDATE ledger.journal SET leg = 3 WHERE seq = @", "leg 3")]
    public async Task damage_of_an_entry_is_found_at_the_entry(string damage, string words)
    {
        await using var maker = await Ledger(5, 200);
        var seq = await maker.Scalar<long>($"SELECT {ThePayment}");
        await maker.Execute(damage.Replace("@", ThePayment, StringComparison.Ordinal));
        var finding = (await Audit(maker)).Finding;
        Assert.NotNull(finding);
        Assert.Equal((0, seq), (finding.Shard, finding.Seq));
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
    }

    /// <summary>Damage that leaves every number consistent is still found: by the leaf of the receipt log, or by the chain hash.</summary>
    [Fact]
    public async Task a_changed_text_is_found_at_the_entry()
    {
        await using var maker = await Ledger(6, 100);
        var seq = await maker.Scalar<long>($"SELECT {ThePayment}");
        await maker.Execute($"UPDATE ledger.journal SET context = replace(context, 'S01', 'S02') WHERE seq = {seq}");
        var finding = (await Audit(maker)).Finding;
        Assert.NotNull(finding);
        Assert.Equal(seq, finding.Seq);

        var bare = await LedgerAudit.Run(maker.Database, new AuditOptions(), null, TestContext.Current.CancellationToken);
        Assert.NotNull(bare.Finding);
        Assert.Contains("changed", bare.Finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE ledger.wallet SET balance = balance + 1 WHERE id = @wallet", "wallet @wallet")]
    [InlineData("UPDATE ledger.wallet SET version = version + 1 WHERE id = @wallet", "wallet @wallet")]
    [InlineData("DELETE FROM ledger.wallet WHERE id = @wallet", "wallet @wallet")]
    [InlineData("INSERT INTO ledger.wallet SELECT 1010000000009993, version, balance, last_seq, day_used, year_used, limit_day, limit_year, class, state, operator, district FROM ledger.wallet WHERE id = @wallet", "wallet 1010000000009993")]
    [InlineData("UPDATE ledger.bucket SET balance = balance + 1 WHERE (wallet, number) = (SELECT wallet, number FROM ledger.bucket LIMIT 1)", "wallet ")]
    [InlineData("DELETE FROM ledger.bucket WHERE number = 1", "wallet ")]
    [InlineData("UPDATE ledger.hold SET state = 3 - state % 2 WHERE id = (SELECT id FROM ledger.hold WHERE state = 2 LIMIT 1)", "hold ")]
    [InlineData("DELETE FROM ledger.hold WHERE id = (SELECT id FROM ledger.hold LIMIT 1)", "holds")]
    [InlineData("UPDATE ledger.refund SET refunded = refunded + 1 WHERE payment = (SELECT payment FROM ledger.refund LIMIT 1)", "refund ")]
    [InlineData("UPDATE ledger.once SET claimed_by = gen_random_uuid() WHERE id = (SELECT id FROM ledger.once LIMIT 1)", "once ")]
    [InlineData("INSERT INTO ledger.number VALUES ('00000000-0000-0000-0000-000000000001', 1, 5, 1, 1, 0)", "number 00000000000000000000000000000001")]
    [InlineData("UPDATE ledger.shard SET day_sum = day_sum + 1", "day totals")]
    [InlineData("UPDATE ledger.shard SET chain = decode(repeat('00', 32), 'hex')", "chain")]
    [InlineData("UPDATE ledger.checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE size = (SELECT max(size) FROM ledger.checkpoint)", "checkpoint ")]
    [InlineData("UPDATE ledger.checkpoint SET signature = decode(repeat('01', 64), 'hex') WHERE size = (SELECT max(size) FROM ledger.checkpoint)", "checkpoint ")]
    [InlineData("DELETE FROM ledger.log_tile WHERE level = 0 AND tile_index = 0", "tile 0/0")]
    public async Task damage_of_a_row_is_found_at_the_row(string damage, string subject)
    {
        await using var maker = await Ledger(7, 400);
        var wallet = maker.Wallets[3].ToString(System.Globalization.CultureInfo.InvariantCulture);
        await maker.Execute(damage.Replace("@wallet", wallet, StringComparison.Ordinal));
        var finding = (await Audit(maker)).Finding;
        Assert.NotNull(finding);
        Assert.StartsWith(subject.Replace("@wallet", wallet, StringComparison.Ordinal), finding.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM ledger.number WHERE seq = @", "no number row")]
    [InlineData("UPDATE ledger.number SET legs = legs + 1 WHERE seq = @", "number row")]
    [InlineData("UPDATE ledger.number SET code = 3 WHERE seq = @", "number row")]
    public async Task a_number_row_that_is_gone_or_wrong_is_found_at_its_entry(string damage, string words)
    {
        await using var maker = await Ledger(8, 200);
        var seq = await maker.Scalar<long>($"SELECT {ThePayment}");
        await maker.Execute(damage.Replace("@", ThePayment, StringComparison.Ordinal));
        var finding = (await Audit(maker)).Finding;
        Assert.NotNull(finding);
        Assert.Equal(seq, finding.Seq);
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_payment_refunded_twice_in_full_is_found_at_the_second_refund()
    {
        // A ledger that has lost its memory of the first refund, and forgets it in its rows as well.
        await using var maker = await JournalMaker.Create(postgres, 9);
        var payment = await maker.Pay(1000);
        await maker.Refund(payment.Id, 1000);
        await maker.Commit();
        await maker.Execute("DELETE FROM ledger.refund");
        await maker.Restart();
        var second = await maker.Refund(payment.Id, 1000);
        await maker.Commit();
        await maker.Execute("UPDATE ledger.refund SET refunded = 2000");
        var finding = (await Audit(maker)).Finding;
        Assert.NotNull(finding);
        Assert.Equal(second.Seq, finding.Seq);
        Assert.Contains("captured 1000 fen", finding.Sentence, StringComparison.Ordinal);
    }

    private async Task<JournalMaker> Ledger(int seed, int commands)
    {
        var maker = await JournalMaker.Create(postgres, seed);
        await maker.Random(commands);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var log = new ReceiptLog(maker.Database, 0, Key, Salts, clock, new ReceiptLogOptions { BatchSize = 70 });
        while (await log.Advance(TestContext.Current.CancellationToken) > 0) clock.Advance(TimeSpan.FromSeconds(1));
        return maker;
    }

    private static Task<AuditReport> Audit(JournalMaker maker) =>
        LedgerAudit.Run(maker.Database, new AuditOptions { Salts = Salts, Keys = [Key.Public] }, null, TestContext.Current.CancellationToken);
}
