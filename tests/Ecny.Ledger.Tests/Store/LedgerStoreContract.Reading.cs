using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

public abstract partial class LedgerStoreContract
{
    [Fact]
    public async Task what_does_not_exist_is_not_loaded()
    {
        await Start();
        var stranger = new TransferId(Guid.NewGuid());
        var rows = await Load(keys =>
        {
            keys.Wallets.UnionWith([Alice, Carol]);
            keys.Buckets.Add(new BucketId(Alice, 9));
            keys.Numbers.Add(stranger);
            keys.Once.Add(OnceKey.PayCode("never"));
            keys.Holds.Add(stranger);
            keys.Refunds.Add(stranger);
            keys.Tokens.Add(stranger.Value);
            keys.Transfers.Add(stranger);
        });
        Assert.Equal(Alice, Assert.Single(rows.Wallets).Id);
        Assert.Equal(0, rows.Buckets.Count + rows.Numbers.Count + rows.Once.Count + rows.Holds.Count + rows.Refunds.Count + rows.Tokens.Count + rows.Entries.Count);
    }

    [Fact]
    public async Task nothing_asked_is_nothing_loaded() => Assert.Empty((await Load(_ => { })).Wallets);

    [Fact]
    public async Task a_transfer_is_loaded_with_all_of_its_legs()
    {
        var script = await Start();
        var purse = new BucketId(Alice, 2);
        script.Move(BucketId.AvailableOf(Issuance), purse, 3_00, EntryKind.Fund);
        var payment = script.PayInParts([(purse, BucketId.AvailableOf(Bob), 3_00), (BucketId.AvailableOf(Alice), BucketId.AvailableOf(Bob), 2_00)]);
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        await Commit(batch);
        Assert.Equal(batch.Entries.Where(e => e.Transfer == payment), (await Load(keys => keys.Transfers.Add(payment))).Entries);
    }

    [Fact]
    public async Task a_load_does_not_wait_for_a_commit()
    {
        await Start();
        await using var blocked = await _database.Block(Shard);
        Assert.Single((await Load(keys => keys.Wallets.Add(Alice))).Wallets);
    }

    [Fact]
    public async Task the_journal_is_read_in_pages()
    {
        var script = await Start();
        for (var i = 0; i < 6; i++) script.Pay(Alice, Bob, i + 1);
        script.Decline(Bob, Alice, 1_000_000_00, DeclineCode.INSUFFICIENT_FUNDS);
        await Commit(script);
        var whole = await _store.ReadJournal(Shard, 0, 1000, Stop);
        Assert.Equal(11, whole.Count);
        var paged = new List<Entry>();
        while (await _store.ReadJournal(Shard, paged.Count, 4, Stop) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 4);
            paged.AddRange(page);
        }
        Assert.Equal(whole, paged);
        Assert.Empty(await _store.ReadJournal(Shard, 11, 10, Stop));
        Assert.Equal((DeclineCode.INSUFFICIENT_FUNDS, 0, 0), (whole[^1].Code, whole[^1].DebitVersion, whole[^1].CreditVersion));
        var chain = EntryHash.Genesis;
        foreach (var entry in whole) chain = EntryHash.Next(chain, entry);
        Assert.Equal(chain, (await _store.Head(Shard, Stop))!.Chain);
    }

    [Fact]
    public async Task a_wallet_is_read_with_its_buckets_and_the_head()
    {
        var script = await Start();
        script.Move(BucketId.AvailableOf(Issuance), new BucketId(Alice, 2), 7_00, EntryKind.Fund);
        script.Move(BucketId.AvailableOf(Issuance), new BucketId(Alice, 3), 1_00, EntryKind.Fund);
        script.Hold(Alice, 20_00);
        await Commit(script);
        var snapshot = await _store.ReadWallet(Shard, Alice, Stop);
        Assert.NotNull(snapshot);
        Assert.Equal([new Part(2, 7_00), new Part(3, 1_00)], snapshot.Bound);
        var row = script.Wallets[Alice];
        var expected = new WalletSnapshot
        {
            Wallet = Alice, Class = row.Class, State = row.State, Operator = row.Operator, District = row.District,
            Available = 80_00, Held = 20_00, Bound = snapshot.Bound, Shard = Shard, AsOfSeq = script.Head.Seq, LastSeq = row.LastSeq,
        };
        Assert.Equal(expected, snapshot);
        Assert.Null(await _store.ReadWallet(Shard, Carol, Stop));
        Assert.Empty((await _store.ReadWallet(Shard, Bob, Stop))!.Bound);
    }

    [Fact]
    public async Task a_wallets_entries_are_found_by_its_chain_newest_first()
    {
        var script = await Start();
        script.Open(Carol);
        for (var i = 0; i < 5; i++)
        {
            script.Pay(Alice, Bob, 10);
            script.Pay(Bob, Carol, 3);
            script.Hold(Alice, 1);
            script.Decline(Alice, Bob, 1, DeclineCode.RISK_BLOCKED);
            await Commit(script);
        }
        var all = await _store.ReadJournal(Shard, 0, 1000, Stop);
        foreach (var wallet in new[] { Alice, Bob, Carol, Issuance })
        {
            var bucket = BucketId.AvailableOf(wallet);
            var expected = all.Where(e => e.Code == DeclineCode.None && (e.Debit == bucket || e.Credit == bucket)).Reverse().ToList();
            Assert.Equal(expected, await _store.ReadWalletEntries(Shard, wallet, 0, 1000, Stop));
            Assert.Equal(expected.Take(3), await _store.ReadWalletEntries(Shard, wallet, 0, 3, Stop));
            Assert.Equal(expected.Skip(2).Take(2), await _store.ReadWalletEntries(Shard, wallet, expected[Math.Min(2, expected.Count - 1)].Seq, 2, Stop).ContinueWith(t => expected.Count > 2 ? t.Result : []));
        }
        Assert.Empty(await _store.ReadWalletEntries(Shard, WalletNumber.Compose(199, 1), 0, 10, Stop));
    }

    [Fact]
    public async Task a_transfer_to_oneself_is_once_in_the_chain()
    {
        var script = await Start();
        script.Pay(Alice, Alice, 5);
        script.Pay(Alice, Bob, 5);
        await Commit(script);
        var seqs = (await _store.ReadWalletEntries(Shard, Alice, 0, 10, Stop)).Select(e => e.Seq);
        Assert.Equal([6, 5, 4, 2], seqs);
    }

    [Fact]
    public async Task holds_are_due_when_their_time_has_come_and_they_are_open()
    {
        var script = await Start();
        var now = script.AtMicros;
        var late = script.Hold(Alice, 1, expiresAtMicros: now + 20);
        var early = script.Hold(Alice, 1, expiresAtMicros: now + 10);
        script.Hold(Alice, 1, expiresAtMicros: 0);
        var voided = script.Hold(Alice, 1, expiresAtMicros: now + 5);
        await Commit(script);
        script.Void(voided);
        await Commit(script);
        Assert.Empty(await _store.DueHolds(Shard, now + 9, 10, Stop));
        Assert.Equal([early.Id], await _store.DueHolds(Shard, now + 19, 10, Stop));
        Assert.Equal([early.Id, late.Id], await _store.DueHolds(Shard, now + 20, 10, Stop));
        Assert.Equal([early.Id], await _store.DueHolds(Shard, now + 20, 1, Stop));
    }

    [Fact]
    public async Task a_probe_tells_the_databases_clock()
    {
        var before = (await _store.Probe(Stop)).DatabaseMicros;
        await _database.Pass(TimeSpan.FromMilliseconds(1));
        var after = await _store.Probe(Stop);
        Assert.True(after.StandbyPresent);
        Assert.True(after.DatabaseMicros > before);
    }
}
