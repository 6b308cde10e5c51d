using Ecny.Contracts.Ledger;
using Ecny.Ledger.Store;
using Xunit;
using static Ecny.Ledger.Tests.Pump.PumpScene;

namespace Ecny.Ledger.Tests.Pump;

/// <summary>What the pump does by the clock, and when it refuses to do anything.</summary>
public sealed class LedgerPumpTimeTests
{
    [Fact]
    public void without_the_standby_money_does_not_move() => Play(async scene =>
    {
        scene.Database.LoseStandby();
        await scene.Time.Delay(TimeSpan.FromSeconds(2));
        var refused = await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        Assert.Contains("standby", refused.Message, StringComparison.Ordinal);
        scene.Database.RegainStandby();
        await scene.Time.Delay(TimeSpan.FromSeconds(2));
        await scene.Settle(scene.Transfer(1));
    });

    [Theory]
    [InlineData(2_500)]
    [InlineData(-2_500)]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void clocks_that_are_apart_refuse_at_once_until_they_agree(int milliseconds) => Play(async scene =>
    {
        scene.Clock.Offset = TimeSpan.FromMilliseconds(milliseconds);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        await scene.Time.Delay(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        scene.Clock.Offset = TimeSpan.Zero;
        await scene.Time.Delay(TimeSpan.FromSeconds(2));
        await scene.Settle(scene.Transfer(1));
        Assert.All(scene.Journal, entry => Assert.InRange(entry.AtMicros, 0, scene.NowMicros));
    });

    [Fact]
    public void a_database_clock_that_is_apart_refuses_too() => Play(async scene =>
    {
        scene.DatabaseClock.Offset = TimeSpan.FromSeconds(10);
        await scene.Time.Delay(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
    });

    [Fact]
    public void a_hold_goes_back_by_itself_when_its_time_has_come() => Play(async scene =>
    {
        var hold = scene.Hold(500, scene.NowMicros + 3_000_000);
        await scene.Settle(hold);
        Assert.Equal(500, (await scene.Pump.Wallet(Alice))!.Held);
        await scene.Time.Delay(TimeSpan.FromSeconds(6));
        var wallet = (await scene.Pump.Wallet(Alice))!;
        Assert.Equal((10_000, 0), (wallet.Available, wallet.Held));
        Assert.Equal(hold.Id, Assert.Single(scene.Journal, entry => entry.Kind == EntryKind.HoldExpire).Original);
    });

    [Fact]
    public void a_day_ends_though_nothing_happens() => Play(new DateTimeOffset(2026, 1, 5, 15, 59, 50, TimeSpan.Zero), options => options, async scene =>
    {
        await scene.Time.Delay(TimeSpan.FromSeconds(20));
        var end = Assert.Single(scene.Journal, entry => entry.Kind == EntryKind.DayEnd);
        Assert.Equal(new DateOnly(2026, 1, 5), end.BusinessDate);
        Assert.InRange(end.AtMicros - new DateTimeOffset(2026, 1, 5, 16, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000, 0, 1_000_000);
    });

    [Fact]
    public void a_question_waits_for_the_decision_and_then_has_it() => Play(async scene =>
    {
        var disk = new TaskCompletionSource();
        scene.Store.OnCommit = async (_, commit) => { await disk.Task; return await commit(); };
        var command = scene.Transfer(5);
        var answer = scene.Decide(command);
        var question = scene.Pump.Find(command.Id);
        await scene.Time.Delay(TimeSpan.FromSeconds(1));
        Assert.False(question.IsCompleted);
        disk.SetResult();
        await answer;
        Assert.Equal(OutcomeStatus.Settled, (await question)!.Outcome.Status);
    });

    [Fact]
    public void a_question_about_something_undecided_ends_with_processing() => Play(async scene =>
    {
        scene.Store.OnCommit = async (_, commit) => { await scene.Time.Delay(TimeSpan.FromSeconds(20)); return await commit(); };
        var command = scene.Transfer(5);
        var answer = scene.Decide(command);
        var record = await scene.Pump.Find(command.Id);
        Assert.Equal((OutcomeStatus.Processing, command.Number), (record!.Outcome.Status, record.Number));
        Assert.Equal(OutcomeStatus.Settled, (await answer).Status);
    });

    [Fact]
    public void what_was_never_decided_is_not_found() => Play(async scene =>
    {
        Assert.Null(await scene.Pump.Find(Id("never")));
        Assert.Null(await scene.Pump.FindOnce(OnceKey.Order("a", "m", "o")));
        Assert.Null(await scene.Pump.Wallet(WalletNumber.Compose(101, 999)));
    });

    [Fact]
    public void stopping_finishes_what_is_inside_and_takes_nothing_new() => Play(async scene =>
    {
        scene.Store.OnCommit = async (_, commit) => { await scene.Time.Delay(TimeSpan.FromSeconds(1)); return await commit(); };
        var inside = Enumerable.Range(0, 20).Select(_ => scene.Decide(scene.Transfer(1))).ToList();
        var stopped = scene.Pump.Stop(CancellationToken.None);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => scene.Decide(scene.Transfer(1)));
        await stopped;
        Assert.All(await Task.WhenAll(inside), outcome => Assert.Equal(OutcomeStatus.Settled, outcome.Status));
    });

    [Fact]
    public void stopping_in_a_hurry_leaves_nobody_waiting() => Play(async scene =>
    {
        scene.Store.OnCommit = (_, _) => new TaskCompletionSource<CommitAnswer>().Task;
        var inside = scene.Decide(scene.Transfer(1));
        await scene.Time.Delay(TimeSpan.FromSeconds(1));
        using var hurry = new CancellationTokenSource();
        var stopped = scene.Pump.Stop(hurry.Token);
        await scene.Time.Delay(TimeSpan.FromSeconds(1));
        Assert.False(stopped.IsCompleted);
        // Not asynchronously: that would leave the simulation's thread.
        hurry.Cancel();
        await stopped;
        await Assert.ThrowsAsync<ShardUnavailableException>(() => inside);
    });
}
