using Ecny.Ledger.Audit;
using Ecny.Ledger.Receipts;
using Ecny.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ecny.Ledger.Tests.Audit;

public sealed class ContinuousAuditTests(PostgresFixture postgres)
{
    private static readonly CheckpointKey Key = CheckpointKey.Generate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 10_000, 500_000)]
    [InlineData(2, 41, 500_000)]
    [InlineData(3, 7, 3)]
    public async Task it_follows_a_right_ledger_to_its_head_whatever_it_remembers(int seed, int window, int memory)
    {
        await using var maker = await JournalMaker.Create(postgres, seed);
        var audit = Audit(maker, window, memory);
        for (var i = 0; i < 4; i++)
        {
            await maker.Random(100);
            var step = await ToTheEnd(audit);
            Assert.Null(step.Finding);
            Assert.Equal(0, step.Behind);
            if (i == 2) audit = Audit(maker, window, memory);
        }
        Assert.Equal(await maker.Scalar<long>("SELECT seq FROM ledger.shard"), await maker.Scalar<long>("SELECT seq FROM ledger.audit_cursor"));
    }

    /// <summary>Damage after the cursor, with nothing remembered: an auditor that was restarted.</summary>
    [Theory]
    [InlineData("UPDATE ledger.journal SET credit_balance = credit_balance + 1 WHERE seq = @")]
    [InlineData("UPDATE ledger.journal SET amount = amount + 1 WHERE seq = @")]
    [InlineData("DELETE FROM ledger.journal WHERE seq = @")]
    [InlineData("ALTER TABLE ledger.journal DROP CONSTRAINT journal_pkey; INSERT INTO ledger.journal SELECT * FROM ledger.journal WHERE seq = @")]
    [InlineData("UPDATE ledger.journal SET debit_version = debit_version + 1 WHERE seq = @")]
    [InlineData("DELETE FROM ledger.number WHERE seq = @")]
    [InlineData("UPDATE ledger.number SET legs = 9 WHERE seq = @")]
    public async Task damage_is_found_at_its_entry_and_the_audit_stands_there(string damage)
    {
        await using var maker = await JournalMaker.Create(postgres, 5);
        await maker.Random(100);
        Assert.Null((await ToTheEnd(Audit(maker, 30, 1000))).Finding);
        var audited = await maker.Scalar<long>("SELECT seq FROM ledger.audit_cursor");
        await maker.Random(100);
        var seq = await maker.Scalar<long>($"SELECT min(seq) FROM ledger.journal WHERE kind = 1 AND code = 0 AND leg = 0 AND seq > {audited + 20}");
        await maker.Execute(damage.Replace("@", seq.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var finding = (await ToTheEnd(Audit(maker, 30, 1000))).Finding;
        Assert.NotNull(finding);
        Assert.Equal(seq, finding.Seq);
        Assert.Equal(finding, (await Audit(maker, 30, 1000).Step(Stop)).Finding);
    }

    [Theory]
    [InlineData("UPDATE ledger.journal SET context = '{}' WHERE seq = (SELECT max(seq) FROM ledger.journal WHERE kind = 1)", "chain")]
    [InlineData("UPDATE ledger.wallet SET balance = balance + 1 WHERE id = @wallet", "wallet @wallet")]
    [InlineData("UPDATE ledger.wallet SET last_seq = last_seq - 1 WHERE id = @wallet", "wallet @wallet")]
    [InlineData("UPDATE ledger.bucket SET balance = balance + 1", "wallet ")]
    [InlineData("UPDATE ledger.checkpoint SET root = decode(repeat('00', 32), 'hex')", "checkpoint ")]
    [InlineData("UPDATE ledger.checkpoint SET signature = decode(repeat('01', 64), 'hex')", "checkpoint ")]
    [InlineData("INSERT INTO ledger.checkpoint SELECT shard, 1000000, root, at_micros, key_id, signature FROM ledger.checkpoint", "checkpoint 1000000")]
    public async Task damage_of_rows_is_found_in_their_turn(string damage, string subject)
    {
        await using var maker = await JournalMaker.Create(postgres, 6);
        await maker.Random(200);
        var log = new ReceiptLog(maker.Database, 0, Key, new ReceiptSalts(new byte[32]), new FakeTimeProvider(DateTimeOffset.UtcNow), new ReceiptLogOptions());
        await log.Advance(Stop);
        var wallet = maker.Wallets[9].ToString(System.Globalization.CultureInfo.InvariantCulture);
        await maker.Execute(damage.Replace("@wallet", wallet, StringComparison.Ordinal));
        var finding = (await ToTheEnd(Audit(maker, 100, 1000))).Finding;
        Assert.NotNull(finding);
        Assert.StartsWith(subject.Replace("@wallet", wallet, StringComparison.Ordinal), finding.Subject, StringComparison.Ordinal);
    }

    private static ContinuousAudit Audit(JournalMaker maker, int window, int memory) =>
        new(maker.Database, new ContinuousAuditOptions { WindowSize = window, MaxBuckets = memory, RowsPerStep = 3, Keys = [Key.Public] });

    /// <summary>To the head, and then once through all rows.</summary>
    private static async Task<AuditStep> ToTheEnd(ContinuousAudit audit)
    {
        AuditStep step;
        var turns = 0;
        do step = await audit.Step(Stop);
        while (step.Finding is null && (step.Behind > 0 || turns++ < 12));
        return step;
    }
}
