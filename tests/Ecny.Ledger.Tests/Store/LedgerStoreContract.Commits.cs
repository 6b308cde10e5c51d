using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

public abstract partial class LedgerStoreContract
{
    [Fact]
    public async Task a_commit_writes_all_of_its_batch()
    {
        var script = await Start();
        var payment = script.Pay(Alice, Bob, 12_34);
        var hold = script.Hold(Alice, 5_00, expiresAtMicros: script.AtMicros + 1);
        var once = new OnceRow(OnceKey.Order("acq", "m1", "o1"), payment, Closed: false);
        var token = new TokenRow { Id = Guid.NewGuid(), Wallet = Alice, MerchantNo = "m1", PerPayment = 100, PerDay = 200, UsedDay = 3, DayUsed = 4, Version = 1 };
        script.Current.Once.Add(once);
        script.Current.Tokens.Add(new(token, 0));
        script.Current.Refunds.Add(new(new RefundRow(payment, 34), 0));
        var batch = script.Take();
        await Commit(batch);

        var rows = await Load(keys =>
        {
            keys.Wallets.UnionWith([Alice, Bob]);
            keys.Buckets.Add(BucketId.HeldOf(Alice));
            keys.Numbers.Add(payment);
            keys.Once.Add(once.Key);
            keys.Holds.Add(hold.Id);
            keys.Refunds.Add(payment);
            keys.Tokens.Add(token.Id);
            keys.Transfers.UnionWith([payment, hold.Id]);
        });
        Assert.Equal([script.Wallets[Alice], script.Wallets[Bob]], rows.Wallets.OrderBy(w => w.Id));
        Assert.Equal([script.Buckets[BucketId.HeldOf(Alice)]], rows.Buckets);
        Assert.Equal([batch.Numbers[0]], rows.Numbers);
        Assert.Equal([once], rows.Once);
        Assert.Equal([hold], rows.Holds);
        Assert.Equal([new RefundRow(payment, 34)], rows.Refunds);
        Assert.Equal([token], rows.Tokens);
        Assert.Equal(batch.Entries, rows.Entries);
        AssertSame(script.Head, await _store.Head(Shard, Stop));
    }

    [Fact]
    public async Task an_entry_comes_back_as_it_was_written()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        var entry = batch.Entries[0] with
        {
            Group = new TransferId(Guid.NewGuid()), Original = new TransferId(Guid.NewGuid()), TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Number = "'; DROP TABLE ledger.journal; -- 🀄", Institution = "机构-1", Context = """{"remark":"\u0000 <b>"}""", Code = DeclineCode.None, Leg = 0,
        };
        batch.Entries[0] = entry;
        await Commit(batch);
        Assert.Equal([entry], await _store.ReadJournal(Shard, entry.Seq - 1, 10, Stop));
    }

    [Fact]
    public async Task many_batches_follow_each_other()
    {
        var script = await Start();
        for (var i = 0; i < 20; i++)
        {
            for (var j = 0; j <= i; j++) script.Pay(j % 2 == 0 ? Alice : Bob, j % 2 == 0 ? Bob : Alice, 1);
            await Commit(script);
        }
        AssertSame(script.Head, await _store.Head(Shard, Stop));
        Assert.Equal([script.Wallets[Alice]], (await Load(keys => keys.Wallets.Add(Alice))).Wallets);
    }

    [Fact]
    public async Task a_head_that_stands_elsewhere_aborts()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var lost = script.Take();
        script.Pay(Alice, Bob, 2);
        await Refused(script.Take());
        await Commit(lost);
    }

    [Fact]
    public async Task the_same_batch_again_aborts()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        await Commit(batch);
        await Refused(batch);
    }

    [Fact]
    public async Task a_clock_that_goes_back_aborts()
    {
        var script = await Start();
        script.AtMicros--;
        script.Pay(Alice, Bob, 1);
        await Refused(script.Take());
    }

    [Fact]
    public async Task a_business_date_that_goes_back_aborts()
    {
        var script = await Start();
        script.BusinessDate = script.BusinessDate.AddDays(-1);
        script.Pay(Alice, Bob, 1);
        await Refused(script.Take());
    }

    [Fact]
    public async Task a_head_that_leaves_a_gap_aborts()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        batch.Head = batch.Head with { Seq = batch.Head.Seq + 1 };
        await Refused(batch);
    }

    [Fact]
    public async Task entries_that_do_not_follow_the_head_abort()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        batch.Entries[0] = batch.Entries[0] with { Seq = batch.Entries[0].Seq + 1 };
        await Refused(batch);
    }

    [Fact]
    public async Task a_known_number_aborts()
    {
        var script = await Start();
        var known = script.Pay(Alice, Bob, 1);
        await Commit(script);
        script.Pay(Alice, Bob, 2);
        var batch = script.Take();
        batch.Numbers[0] = batch.Numbers[0] with { Id = known };
        await Refused(batch, CommitResult.Taken);
    }

    [Fact]
    public async Task a_claimed_once_key_aborts()
    {
        var script = await Start();
        var key = OnceKey.PayCode("code");
        script.Current.Once.Add(new OnceRow(key, script.Pay(Alice, Bob, 1), Closed: false));
        await Commit(script);
        script.Current.Once.Add(new OnceRow(key, script.Pay(Alice, Bob, 2), Closed: true));
        await Refused(script.Take(), CommitResult.Taken);
        Assert.False(Assert.Single((await Load(keys => keys.Once.Add(key))).Once).Closed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task a_wallet_of_another_version_aborts(long off)
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        batch.Wallets[1] = batch.Wallets[1] with { ExpectedVersion = batch.Wallets[1].ExpectedVersion + off + (batch.Wallets[1].ExpectedVersion + off == 0 ? 10 : 0) };
        await Refused(batch);
    }

    [Fact]
    public async Task a_wallet_that_is_not_there_aborts()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        batch.Wallets.Add(new(new WalletRow { Id = Carol, Version = 2, Class = WalletClass.I, State = WalletState.Normal, Operator = "", District = "" }, 1));
        await Refused(batch);
    }

    [Fact]
    public async Task a_wallet_that_is_there_already_is_not_opened_again()
    {
        var script = await Start();
        script.Open(Alice);
        await Refused(script.Take());
    }

    [Fact]
    public async Task a_bucket_of_another_version_aborts()
    {
        var script = await Start();
        script.Hold(Alice, 1_00);
        await Commit(script);
        script.Hold(Alice, 1_00);
        var batch = script.Take();
        batch.Buckets[0] = batch.Buckets[0] with { ExpectedVersion = 7 };
        await Refused(batch);
        batch.Buckets[0] = batch.Buckets[0] with { ExpectedVersion = 0 };
        await Refused(batch);
    }

    [Fact]
    public async Task a_hold_is_resolved_once()
    {
        var script = await Start();
        var hold = script.Hold(Alice, 1_00);
        script.Hold(Alice, 2_00);
        await Commit(script);
        var voided = script.Void(hold);
        await Commit(script);
        Assert.Equal([voided], (await Load(keys => keys.Holds.Add(hold.Id))).Holds);
        script.Void(hold);
        await Refused(script.Take());
    }

    [Fact]
    public async Task refunds_add_up_on_what_was_refunded_before()
    {
        var script = await Start();
        var payment = script.Pay(Alice, Bob, 10_00);
        await Commit(script);
        foreach (var (before, after) in new[] { (0L, 4_00L), (4_00L, 10_00L) })
        {
            script.Pay(Bob, Alice, after - before, EntryKind.Refund, payment);
            script.Current.Refunds.Add(new(new RefundRow(payment, after), before));
            await Commit(script);
        }
        Assert.Equal([new RefundRow(payment, 10_00)], (await Load(keys => keys.Refunds.Add(payment))).Refunds);
        script.Pay(Alice, Bob, 1);
        script.Current.Refunds.Add(new(new RefundRow(payment, 5_00), 4_00));
        await Refused(script.Take());
    }

    [Fact]
    public async Task a_token_changes_by_its_version()
    {
        var script = await Start();
        var token = new TokenRow { Id = Guid.NewGuid(), Wallet = Alice, MerchantNo = "m1", PerDay = 200, Version = 1 };
        script.Current.Tokens.Add(new(token, 0));
        script.Pay(Alice, Bob, 1);
        await Commit(script);
        var used = token with { DayUsed = 7, UsedDay = 20_001, Version = 2 };
        script.Current.Tokens.Add(new(used, 1));
        script.Pay(Alice, Bob, 7);
        await Commit(script);
        Assert.Equal([used], (await Load(keys => keys.Tokens.Add(token.Id))).Tokens);
        script.Current.Tokens.Add(new(used with { Revoked = true, Version = 2 }, 1));
        script.Pay(Alice, Bob, 1);
        await Refused(script.Take());
    }
}
