using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Store;
using Ecny.Testing;
using Xunit;

namespace Ecny.Ledger.Tests.Store;

public abstract partial class LedgerStoreContract
{
    private static readonly TimeSpan Tenure = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task the_first_activation_makes_the_shard()
    {
        Assert.Null(await _store.Head(Shard, Stop));
        var head = await _store.Activate(Shard, Me, Tenure, Stop);
        Assert.NotNull(head);
        Assert.Equal((Shard, 1, Me, 0, 0, 0, 0), (head.Shard, head.Epoch, head.Owner, head.Seq, head.AtMicros, head.DayCount, head.DaySum));
        Assert.Equal(EntryHash.Genesis, head.Chain);
        AssertSame(head, await _store.Head(Shard, Stop));
    }

    [Fact]
    public async Task an_activation_goes_on_where_the_last_one_was()
    {
        var script = await Start();
        var head = await _database.Open().Activate(Shard, Other, TimeSpan.Zero, Stop);
        AssertSame(script.Head with { Epoch = script.Head.Epoch + 1, Owner = Other }, head);
    }

    [Fact]
    public async Task a_shard_is_not_taken_from_an_owner_within_its_tenure()
    {
        var script = await Start();
        var other = _database.Open();
        Assert.Null(await other.Activate(Shard, Other, TimeSpan.FromHours(1), Stop));
        script.Pay(Alice, Bob, 1);
        await Commit(script);
    }

    [Fact]
    public async Task a_shard_is_taken_when_the_tenure_is_over()
    {
        await Start();
        await _database.Pass(Tenure);
        Assert.Equal(Other, (await _database.Open().Activate(Shard, Other, Tenure, Stop))?.Owner);
    }

    [Fact]
    public async Task an_owner_may_take_its_own_shard_again_at_once()
    {
        var script = await Start();
        var again = await _store.Activate(Shard, Me, TimeSpan.FromHours(1), Stop);
        Assert.Equal(script.Head.Epoch + 1, again?.Epoch);
    }

    [Fact]
    public async Task the_former_owner_is_fenced()
    {
        var script = await Start();
        var other = _database.Open();
        var taken = await other.Activate(Shard, Other, TimeSpan.Zero, Stop);
        script.Pay(Alice, Bob, 1);
        await Refused(script.Take(), CommitResult.Fenced);
        var theirs = new LedgerScript(taken!);
        theirs.Open(Carol);
        Assert.Equal(CommitResult.Committed, (await other.Commit(theirs.Take())).Result);
    }

    [Fact]
    public async Task a_commit_to_a_shard_that_was_never_activated_is_fenced()
    {
        var script = new LedgerScript(new ShardHead { Shard = Shard, Epoch = 1, Owner = Me, Seq = 0, AtMicros = 0, BusinessDate = default, DayCount = 0, DaySum = 0, Chain = EntryHash.Genesis });
        script.Open(Alice);
        Assert.Equal(CommitResult.Fenced, (await _store.Commit(script.Take())).Result);
    }

    [Fact]
    public async Task a_barrier_moves_the_epoch_on()
    {
        var script = await Start();
        var head = await _store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        AssertSame(script.Head with { Epoch = script.Head.Epoch + 1 }, head);
        script.Pay(Alice, Bob, 1);
        await Refused(script.Take(), CommitResult.Fenced);
    }

    [Fact]
    public async Task after_a_barrier_the_owner_goes_on()
    {
        var script = await Start();
        var head = await _store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        var next = new LedgerScript(head!);
        next.Open(Carol);
        await Commit(next);
    }

    [Fact]
    public async Task a_barrier_of_one_who_is_not_the_owner_changes_nothing()
    {
        var script = await Start();
        await _database.Open().Activate(Shard, Other, TimeSpan.Zero, Stop);
        Assert.Null(await _store.Barrier(Shard, script.Head.Epoch, Me, Stop));
        Assert.Null(await _store.Barrier(Shard, script.Head.Epoch + 1, Me, Stop));
        Assert.Equal(script.Head.Epoch + 1, (await _store.Head(Shard, Stop))?.Epoch);
    }

    [Fact]
    public async Task a_commit_without_an_answer_is_unknown_and_the_barrier_shows_its_fate()
    {
        var script = await Start();
        var before = script.Head;
        script.Pay(Alice, Bob, 1);
        var batch = script.Take();
        ShardHead? head;
        await using (await _database.Block(Shard))
        {
            Assert.Equal(CommitResult.Unknown, (await _store.Commit(batch)).Result);
            Assert.Equal(before.Seq, (await _store.Head(Shard, Stop))?.Seq);
        }
        head = await _store.Barrier(Shard, before.Epoch, Me, Stop);
        Assert.NotNull(head);
        Assert.Equal(before.Epoch + 1, head.Epoch);

        // Either all of it is in the head, or none of it and it never comes.
        var expected = head.Seq == before.Seq ? before : script.Head;
        AssertSame(expected with { Epoch = before.Epoch + 1 }, head);
        var next = new LedgerScript(head);
        next.Open(Carol);
        await Commit(next);
        Assert.Equal(Enumerable.Range(1, (int)head.Seq + 1).Select(seq => (long)seq), (await _store.ReadJournal(Shard, 0, 100, Stop)).Select(e => e.Seq));
    }

    [Fact]
    public async Task a_barrier_waits_for_the_unknown_commit()
    {
        var script = await Start();
        script.Pay(Alice, Bob, 1);
        Task<ShardHead?> barrier;
        await using (await _database.Block(Shard))
        {
            Assert.Equal(CommitResult.Unknown, (await _store.Commit(script.Take())).Result);
            await _database.SomebodyWaits();
            barrier = _store.Barrier(Shard, script.Head.Epoch, Me, Stop);
            Assert.False(barrier.IsCompleted);
        }
        AssertSame(script.Head with { Epoch = script.Head.Epoch + 1 }, await barrier);
    }

    [Fact]
    public async Task an_unknown_commit_that_arrives_after_the_barrier_never_happens()
    {
        var script = await Start();
        var head = await _store.Barrier(Shard, script.Head.Epoch, Me, Stop);
        script.Pay(Alice, Bob, 1);
        var late = script.Take();
        Assert.Equal(CommitResult.Fenced, (await _database.Open().Commit(late)).Result);
        AssertSame(head!, await _store.Head(Shard, Stop));
    }
}
