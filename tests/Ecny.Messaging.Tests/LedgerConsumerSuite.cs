using Ecny.Testing;
using Npgsql;

namespace Ecny.Messaging.Tests;

/// <summary>What holds for a consumer of the journal whatever carries the messages.</summary>
public abstract class LedgerConsumerSuite(PostgresFixture postgres)
{
    protected abstract Task<Broker> NewBroker();

    [Fact]
    public async Task entries_are_taken_once_and_in_order()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        for (var i = 0; i < 30; i++)
        {
            scene.Journal.Append(100);
            await consumer.Reaches(i * 50);
        }
        await consumer.Reaches(3_000);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task nothing_is_lost_when_the_broker_is_killed_and_comes_back()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(500);
        await consumer.Reaches(500);
        await scene.Broker.Kill();
        scene.Journal.Append(500);
        await consumer.Reaches(1_000);
        await scene.Broker.Restart();
        scene.Journal.Append(500);
        await consumer.Reaches(1_500);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task duplicates_are_dropped()
    {
        await using var scene = await Open();
        var teller = await scene.Connect();
        scene.Journal.Append(30);
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        await consumer.Reaches(30);
        foreach (var (first, last) in new[] { (1, 10), (5, 20), (1, 30), (30, 30) }) await teller.Publish(Topics.Ledger, "0", scene.Journal.Run(first, last), CancellationToken.None);
        scene.Journal.Append(5);
        await teller.Publish(Topics.Ledger, "0", scene.Journal.Run(25, 35), CancellationToken.None);
        await consumer.Reaches(35);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task gaps_and_a_lost_tail_are_pulled()
    {
        await using var scene = await Open();
        var teller = await scene.Connect();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(40);
        await teller.Publish(Topics.Ledger, "0", scene.Journal.Run(1, 10), CancellationToken.None);
        await teller.Publish(Topics.Ledger, "0", scene.Journal.Run(21, 30), CancellationToken.None);
        await consumer.Reaches(40);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task two_relays_at_once_do_no_harm()
    {
        await using var scene = await Open();
        var first = await scene.StartRelay();
        await scene.StartRelay();
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(700);
        await consumer.Reaches(700);
        await first.StopAsync(CancellationToken.None);
        scene.Journal.Append(700);
        await consumer.Reaches(1_400);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task a_poisoned_entry_halts_the_books_until_two_persons_let_it_pass()
    {
        await using var scene = await Open();
        var books = new CountingConsumer(FailurePolicy.Halt) { Poison = { 137 } };
        scene.Journal.Append(300);
        var consumer = await scene.Start(books);
        var halted = await Eventually.Get(() => Task.FromResult(consumer.Status), status => status.State == ConsumerState.Halted, "a halted consumer");
        Assert.Equal(136, halted.Seq);
        Assert.Contains("137 is poison", halted.Reason);
        var desk = new QuarantineDesk(scene.Database);
        Assert.False(await desk.Approve("counting", 0, 137, "wang", CancellationToken.None));
        Assert.True(await desk.Propose("counting", 0, 137, "wang", "amount is not in the plan", CancellationToken.None));
        Assert.False(await desk.Approve("counting", 0, 137, "wang", CancellationToken.None));
        Assert.Equal(136, consumer.Status.Seq);
        Assert.True(await desk.Approve("counting", 0, 137, "li", CancellationToken.None));
        await consumer.Reaches(300);
        await scene.ExpectExact(null, 137);
    }

    [Fact]
    public async Task a_halted_consumer_goes_on_by_itself_when_the_fault_is_repaired()
    {
        await using var scene = await Open();
        var books = new CountingConsumer(FailurePolicy.Halt) { Poison = { 1 } };
        scene.Journal.Append(10);
        var consumer = await scene.Start(books);
        await Eventually.True(() => consumer.Status.State == ConsumerState.Halted, "a halted consumer");
        books.Poison.Clear();
        await consumer.Reaches(10);
        await scene.ExpectExact();
        Assert.Equal(ConsumerState.Active, consumer.Status.State);
    }

    [Fact]
    public async Task a_poisoned_entry_is_parked_and_can_be_run_again()
    {
        await using var scene = await Open();
        var watcher = new CountingConsumer(FailurePolicy.Park) { Poison = { 1, 50, 51 } };
        scene.Journal.Append(100);
        var consumer = await scene.Start(watcher);
        await consumer.Reaches(100);
        await scene.ExpectExact(null, 1, 50, 51);
        var parked = new ParkedEntries(scene.Database);
        Assert.Equal([1, 50, 51], (await parked.List("counting", 10, CancellationToken.None)).Select(entry => entry.Seq));

        watcher.Poison.Remove(50);
        Assert.True(await parked.Rerun("counting", 0, 50, CancellationToken.None));
        Assert.True(await parked.Rerun("counting", 0, 51, CancellationToken.None));
        Assert.False(await parked.Rerun("counting", 0, 52, CancellationToken.None));
        var left = await Eventually.Get(() => parked.List("counting", 10, CancellationToken.None), left => left.Count == 2 && left.All(entry => !entry.Rerun), "one entry less");
        Assert.Equal([(1, 1), (51, 2)], left.Select(entry => ((int)entry.Seq, entry.Attempts)));
        await using var command = scene.Database.CreateCommand("SELECT count(*) FROM effect WHERE seq = 50");
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task a_consumer_that_is_killed_within_a_transaction_leaves_nothing_behind_and_another_takes_over()
    {
        await using var scene = await Open();
        scene.Journal.Append(Victim.Entries);
        using var victim = await Victim.WithinTransaction(scene.ConnectionString);
        var second = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        await Eventually.True(() => second.Status.State == ConsumerState.StandBy, "a stand-by");
        Assert.Equal(0, second.Status.Seq);

        // SIGKILL.
        victim.Kill();

        scene.Journal.Append(20);
        await second.Reaches(scene.Journal.Head);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task of_two_consumers_one_is_active_and_the_other_takes_over()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var first = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        scene.Journal.Append(200);
        await first.Reaches(200);
        var restored = new CountingConsumer(FailurePolicy.Halt);
        var second = await scene.Start(restored);
        await Eventually.True(() => second.Status.State == ConsumerState.StandBy, "a stand-by");
        scene.Journal.Append(200);
        await first.Reaches(400);
        await first.Stop();
        scene.Journal.Append(200);
        await second.Reaches(600);
        Assert.Equal(400, restored.RestoredAt);
        await scene.ExpectExact();
    }

    [Fact]
    public async Task a_rebuild_from_zero_equals_the_live_state()
    {
        await using var scene = await Open();
        await scene.StartRelay();
        var live = await scene.Start(new CountingConsumer(FailurePolicy.Halt));
        for (var i = 0; i < 5; i++)
        {
            scene.Journal.Append(500);
            await live.Reaches(i * 500);
        }
        await live.Reaches(2_500);
        await using var fresh = NpgsqlDataSource.Create(await Scene.NewDatabase(postgres));
        var rebuilt = await scene.Start(new CountingConsumer(FailurePolicy.Halt), fresh);
        await rebuilt.Reaches(2_500);
        await scene.ExpectExact();
        await scene.ExpectExact(fresh);
    }

    [Fact]
    public async Task a_journal_or_a_database_that_is_away_is_waited_for()
    {
        await using var scene = await Open();
        scene.Journal.Append(10);
        scene.Journal.Answers = false;
        var consumer = await scene.Start(new CountingConsumer(FailurePolicy.Park));
        await Eventually.True(() => consumer.Status is { State: ConsumerState.Waiting, Reason: not null }, "a waiting consumer");
        scene.Journal.Answers = true;
        await consumer.Reaches(10);
        await using (var break1 = scene.Database.CreateCommand("ALTER TABLE effect RENAME TO effect_away")) await break1.ExecuteNonQueryAsync();
        scene.Journal.Append(10);
        await Eventually.True(() => consumer.Status.State == ConsumerState.Waiting, "a waiting consumer");
        await using (var mend = scene.Database.CreateCommand("ALTER TABLE effect_away RENAME TO effect")) await mend.ExecuteNonQueryAsync();
        await consumer.Reaches(20);
        await scene.ExpectExact();
        Assert.Empty(await new ParkedEntries(scene.Database).List("counting", 10, CancellationToken.None));
    }

    protected async Task<Scene> Open() => await Open(await NewBroker());

    protected Task<Scene> Open(Broker broker) => Scene.Open(postgres, broker);

    protected Task<string> NewDatabase() => Scene.NewDatabase(postgres);
}
