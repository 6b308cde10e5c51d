using System.Collections.Concurrent;
using System.Diagnostics;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;
using Ecny.Ledger.Pump;
using Ecny.Ledger.Store;
using Xunit;
using static Ecny.Ledger.Tests.Pump.PumpScene;

namespace Ecny.Ledger.Tests.Pump;

public sealed class LedgerPumpTests
{
    [Fact]
    public void an_answer_comes_after_its_commit() => Play(async scene =>
    {
        var disk = new TaskCompletionSource();
        scene.Store.OnCommit = async (_, commit) => { await disk.Task; return await commit(); };
        var answer = scene.Decide(scene.Transfer(1));
        await scene.Time.Delay(TimeSpan.FromSeconds(1));
        Assert.Single(scene.Store.Commits, batch => batch.Entries.Exists(entry => entry.Kind == EntryKind.Transfer));
        Assert.False(answer.IsCompleted);
        disk.SetResult();
        Assert.Equal(OutcomeStatus.Settled, (await answer).Status);
    });

    [Fact]
    public void what_comes_while_a_commit_is_in_flight_is_decided_on_top_and_committed_together_after_it() => Play(async scene =>
    {
        var before = scene.Store.Commits.Count;
        var (disk, inFlight) = (new TaskCompletionSource(), 0);
        scene.Store.OnCommit = async (_, commit) =>
        {
            Assert.Equal(1, ++inFlight);
            await disk.Task;
            var answer = await commit();
            inFlight--;
            return answer;
        };
        var first = scene.Decide(scene.Transfer(10));
        await scene.Time.Delay(TimeSpan.FromMilliseconds(100));
        var rest = Enumerable.Range(0, 50).Select(_ => scene.Decide(scene.Transfer(1))).ToList();
        await scene.Time.Delay(TimeSpan.FromMilliseconds(100));
        Assert.Equal(before + 1, scene.Store.Commits.Count);
        disk.SetResult();
        Assert.All(await Task.WhenAll(rest.Append(first)), outcome => Assert.Equal(OutcomeStatus.Settled, outcome.Status));
        Assert.Equal(before + 2, scene.Store.Commits.Count);
        Assert.Equal(50, scene.Store.Commits[^1].Entries.Count);
    });

    [Fact]
    public void a_full_queue_refuses_all_of_a_call_and_nothing_is_done() => Play(options => options with { QueueCapacity = 10 }, async scene =>
    {
        var disk = new TaskCompletionSource();
        scene.Store.OnCommit = async (_, commit) => { await disk.Task; return await commit(); };
        var accepted = scene.Pump.Submit([.. Enumerable.Range(0, 8).Select(_ => scene.Transfer(1))]);
        var refused = scene.Pump.Submit([.. Enumerable.Range(0, 3).Select(_ => scene.Transfer(1))]);
        Assert.True(refused.IsCompleted);
        Assert.All(await refused, outcome => Assert.Equal(OutcomeStatus.Overloaded, outcome.Status));
        disk.SetResult();
        Assert.Equal(8, (await accepted).Length);
        Assert.Equal(8, scene.Journal.Count(entry => entry.Kind == EntryKind.Transfer));
    });

    [Fact]
    public void bulk_work_fills_at_most_its_share_of_a_batch_and_still_gets_on() => Play(options => options with { MaxBatch = 10, MaxBulk = 3, BulkShare = 1 }, async scene =>
    {
        var first = scene.Store.Commits.Count;
        var bulk = Enumerable.Range(0, 30).Select(_ => scene.Transfer(1, bulk: true)).ToArray();
        var ids = bulk.Select(command => command.Id).ToHashSet();
        var bulkWork = scene.Pump.Submit(bulk);
        await scene.Pump.Submit([.. Enumerable.Range(0, 60).Select(_ => scene.Transfer(1))]);
        await bulkWork;
        foreach (var batch in scene.Store.Commits.Skip(first))
        {
            Assert.InRange(batch.Entries.Count, 1, 10);
            Assert.InRange(batch.Entries.Count(entry => ids.Contains(entry.Transfer)), 0, 3);
        }
    });

    [Fact]
    public void commands_of_one_call_are_decided_in_their_order_though_one_needs_rows_first() => Play(async scene =>
    {
        var hold = scene.Hold(500, 0);
        var post = scene.Make(number => new HoldPostCommand { Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue, Hold = hold.Id, Payee = Bob, Amount = 400 });
        var all = scene.Transfer(9_600);
        var outcomes = await scene.Pump.Submit([hold, post, all]);
        Assert.Equal([OutcomeStatus.Settled, OutcomeStatus.Settled, OutcomeStatus.Settled], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(0, (await scene.Pump.Wallet(Alice))!.Available);
    });

    [Fact]
    public void a_repetition_gets_the_remembered_answer_and_writes_nothing() => Play(async scene =>
    {
        var command = scene.Transfer(7);
        var first = await scene.Decide(command);
        var entries = scene.Journal.Count;
        var again = await scene.Decide(command);
        Assert.Equal((first.Seq, first.Status, true), (again.Seq, again.Status, again.Replayed));
        Assert.Equal(OutcomeStatus.NumberReused, (await scene.Decide(command with { Amount = 8, Fingerprint = 2 })).Status);
        Assert.Equal(entries, scene.Journal.Count);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void after_an_unknown_commit_everything_is_decided_exactly_once(bool written) => Play(async scene =>
    {
        var once = true;
        scene.Store.OnCommit = async (_, commit) =>
        {
            if (!once) return await commit();
            once = false;
            if (written) await commit();
            await scene.Time.Delay(TimeSpan.FromSeconds(2));
            return new CommitAnswer(CommitResult.Unknown, 0, "silence");
        };
        var commands = Enumerable.Range(0, 5).Select(_ => scene.Transfer(100)).ToArray();
        var answers = commands.Select(scene.Decide).ToList();
        await scene.Time.Delay(TimeSpan.FromSeconds(1));
        answers.Add(scene.Decide(scene.Transfer(100)));
        Assert.All(await Task.WhenAll(answers), outcome => Assert.Equal(OutcomeStatus.Settled, outcome.Status));
        Assert.Equal(6, scene.Journal.Count(entry => entry.Kind == EntryKind.Transfer));
        Assert.Equal(600, scene.Database.Tables.Wallets[Bob].Balance);
        Assert.Equal(2, scene.Database.Tables.Head(0)!.Epoch);
    });

    [Fact]
    public void a_wallet_opened_in_a_group_that_is_declined_is_not_there() => Play(async scene =>
    {
        var opened = WalletNumber.Compose(101, 500);
        var open = scene.Make(number => new WalletOpenCommand
        {
            Id = PumpScene.Id(number), Institution = PumpScene.Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue,
            Wallet = opened, Class = WalletClass.II, Operator = PumpScene.Institution,
        });
        var group = scene.Make(number => new GroupCommand
        {
            Id = PumpScene.Id(number), Institution = PumpScene.Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue,
            Members = [open, scene.Transfer(1_000_000) with { To = opened }],
        });
        Assert.Equal((OutcomeStatus.Declined, DeclineCode.INSUFFICIENT_FUNDS), await scene.Decide(group) is var declined ? (declined.Status, declined.Code) : default);

        var paid = await scene.Decide(scene.Transfer(100) with { To = opened });

        Assert.Equal((OutcomeStatus.Refused, Refusal.PayeeUnknown), (paid.Status, paid.Refusal));
        Assert.DoesNotContain(scene.Journal, entry => entry.CreditVersion != 0 && entry.Credit.Wallet == opened);
    });

    [Fact]
    public void an_amount_against_its_direction_moves_nothing() => Play(async scene =>
    {
        Assert.Equal(OutcomeStatus.Processing, (await scene.Decide(scene.Transfer(-100))).Status);
        Assert.Single(scene.Quarantined);
        Assert.Equal(OutcomeStatus.Settled, (await scene.Decide(scene.Transfer(100))).Status);
        Assert.Equal(100, scene.Database.Tables.Wallets[Bob].Balance);
    });

    [Fact]
    public void a_database_that_does_not_commit_is_tried_with_pauses_while_what_is_new_is_refused() => Play(async scene =>
    {
        var full = true;
        scene.Store.OnCommit = (_, commit) => full ? Task.FromResult(new CommitAnswer(CommitResult.Unknown, 0, "53100: No space left on device")) : commit();
        var attempts = scene.Store.Commits.Count;
        var first = scene.Decide(scene.Transfer(100));
        await scene.Time.Delay(TimeSpan.FromSeconds(60));
        var refused = await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(100)));
        Assert.Contains("No space left", refused.Message, StringComparison.Ordinal);
        Assert.Single(scene.Reasons);
        Assert.InRange(scene.Store.Commits.Count - attempts, 3, 60);

        full = false;
        Assert.Equal(OutcomeStatus.Settled, (await first).Status);
        Assert.Equal(OutcomeStatus.Settled, (await scene.Decide(scene.Transfer(100))).Status);
        Assert.Equal(200, scene.Database.Tables.Wallets[Bob].Balance);
    });

    [Fact]
    public void a_fenced_pump_tells_everyone_and_serves_no_more() => Play(async scene =>
    {
        var second = scene.NewPump("host-2", scene.Store, options => options);
        await second.Start();
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        await scene.Pump.Completion;
        Assert.Equal(1, scene.Lost);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Pump.Find(Id("never")));
        Assert.Equal(OutcomeStatus.Settled, (await second.Submit([scene.Transfer(1)]))[0].Status);
    });

    [Fact]
    public void a_former_owner_does_not_say_that_a_wallet_is_unknown() => Play(async scene =>
    {
        var second = scene.NewPump("host-2", scene.Store, options => options);
        await second.Start();
        // Nothing in its batch would touch the fence: only the look at the head keeps it from speaking for the owner.
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1) with { To = WalletNumber.Compose(101, 103) }));
    });

    [Fact]
    public void a_batch_that_does_not_match_is_tried_one_by_one_and_the_culprit_is_quarantined() => Play(async scene =>
    {
        var culprit = scene.Transfer(66);
        scene.Store.OnCommit = (batch, commit) => batch.Entries.Exists(entry => entry.Transfer == culprit.Id)
            ? Task.FromResult(new CommitAnswer(CommitResult.Mismatch, 0, "planted"))
            : commit();
        LedgerCommand[] commands = [scene.Transfer(1), scene.Transfer(2), culprit, scene.Transfer(3), scene.Transfer(4)];
        var outcomes = await Task.WhenAll(commands.Select(scene.Decide));
        Assert.Equal([OutcomeStatus.Settled, OutcomeStatus.Settled, OutcomeStatus.Processing, OutcomeStatus.Settled, OutcomeStatus.Settled], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([culprit.Id], scene.Quarantined);
        Assert.Equal(2, scene.Mismatches);
        Assert.Equal(OutcomeStatus.Processing, (await scene.Decide(culprit)).Status);
        Assert.Equal(OutcomeStatus.Processing, (await scene.Pump.Find(culprit.Id))!.Outcome.Status);
        Assert.Equal(2, scene.Mismatches);
        Assert.Equal(10, scene.Database.Tables.Wallets[Bob].Balance);
    });

    [Fact]
    public void a_number_that_memory_has_forgotten_is_still_decided_once() => Play(async scene =>
    {
        await scene.Pump.Stop(CancellationToken.None);
        var pump = scene.NewPump("host-1", scene.Store, options => options with { Caution = TimeSpan.FromSeconds(5) }, new LedgerStateOptions { GenerationSize = 1, RecentSize = 1 });
        await pump.Start();
        await scene.Time.Delay(TimeSpan.FromSeconds(6));
        var first = scene.Transfer(10);
        var answer = await On(first);
        foreach (var other in Enumerable.Range(0, 4).Select(_ => scene.Transfer(1))) await On(other);
        Assert.Equal(0, scene.TakenBack);

        var again = await Task.WhenAll(On(scene.Transfer(1)), On(first), On(scene.Transfer(1)));
        Assert.Equal(1, scene.TakenBack);
        Assert.Equal((true, answer.Seq), (again[1].Replayed, again[1].Seq));
        Assert.All(again, outcome => Assert.Equal(OutcomeStatus.Settled, outcome.Status));
        Assert.Equal(16, scene.Database.Tables.Wallets[Bob].Balance);

        // Looked up from now on for a while: the next one costs nothing twice.
        foreach (var other in Enumerable.Range(0, 4).Select(_ => scene.Transfer(1))) await On(other);
        Assert.True((await On(first)).Replayed);
        Assert.Equal(1, scene.TakenBack);
        Assert.Equal(0, scene.Mismatches);
        await pump.Stop(CancellationToken.None);

        async Task<LedgerOutcome> On(LedgerCommand command) => (await pump.Submit([command]))[0];
    });

    [Fact]
    public void a_refusal_is_not_given_to_a_number_that_may_be_an_old_one() => Play(async scene =>
    {
        await scene.Pump.Stop(CancellationToken.None);
        var pump = scene.NewPump("host-1", scene.Store, options => options with { Caution = TimeSpan.Zero }, new LedgerStateOptions { GenerationSize = 1, RecentSize = 1 });
        await pump.Start();
        var first = scene.Transfer(10);
        var answer = await On(first);
        foreach (var other in Enumerable.Range(0, 4).Select(_ => scene.Transfer(1))) await On(other);
        // No commit would look at it: the wallet it names does not exist.
        var again = await On(first with { To = WalletNumber.Compose(101, 999) });
        Assert.Equal((OutcomeStatus.Settled, true, answer.Seq), (again.Status, again.Replayed, again.Seq));
        Assert.Equal(0, scene.TakenBack);
        await pump.Stop(CancellationToken.None);

        async Task<LedgerOutcome> On(LedgerCommand command) => (await pump.Submit([command]))[0];
    });

    [Fact]
    public void a_command_that_breaks_the_core_is_quarantined_and_hurts_no_other() => Play(async scene =>
    {
        LedgerCommand[] commands = [scene.Transfer(1), scene.Transfer(2), scene.Make(number => new StrangeCommand { Id = Id(number), Institution = Institution, Number = number, Fingerprint = 1, NotAfterMicros = long.MaxValue }), scene.Transfer(3)];
        var outcomes = await Task.WhenAll(commands.Select(scene.Decide));
        Assert.Equal([OutcomeStatus.Settled, OutcomeStatus.Settled, OutcomeStatus.Processing, OutcomeStatus.Settled], outcomes.Select(outcome => outcome.Status));
        Assert.Equal([commands[2].Id], scene.Quarantined);
    });

    [Fact]
    public void a_commits_span_links_to_the_sampled_requests_in_it() => Play(async scene =>
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Ecny.Contracts.Telemetry.EcnyTelemetry.Name, ActivityStopped = spans.Enqueue,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        const string request = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await scene.Settle(scene.Transfer(1) with { TraceParent = request });
        Assert.Contains(spans, span => span.Links.Any(link => link.Context.TraceId.ToHexString() == request[3..35]));
        Assert.Null(Activity.Current);
    });

    private sealed record StrangeCommand : LedgerCommand;
}
