using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Tests.Ledger;

public sealed class LedgerClientTests
{
    private readonly FakeShard shard = new();

    [Fact]
    public async Task a_lone_command_goes_at_once()
    {
        using var client = Client();
        var answer = client.Decide(Command(1));
        var call = await shard.NextCall();
        Assert.Single(call.Commands);
        call.Settle();
        var outcome = await answer;
        Assert.Equal(OutcomeStatus.Settled, outcome.Status);
        Assert.Equal(Command(1).Id, outcome.Id);
    }

    [Fact]
    public async Task what_waits_while_all_calls_are_out_travels_together_up_to_the_bound()
    {
        using var client = Client(calls: 1, perCall: 10);
        var first = client.Decide(Command(0));
        var open = await shard.NextCall();
        var rest = Enumerable.Range(1, 25).Select(n => client.Decide(Command(n))).ToArray();
        open.Settle();
        foreach (var expected in new[] { 10, 10, 5 })
        {
            var call = await shard.NextCall();
            Assert.Equal(expected, call.Commands.Length);
            call.Settle();
        }
        await first;
        foreach (var (outcome, n) in (await Task.WhenAll(rest)).Select((o, i) => (o, i + 1))) Assert.Equal(Command(n).Id, outcome.Id);
    }

    [Fact]
    public async Task no_more_calls_are_in_flight_than_allowed()
    {
        using var client = Client(calls: 2);
        var first = client.Decide(Command(1));
        var one = await shard.NextCall();
        var second = client.Decide(Command(2));
        var two = await shard.NextCall();
        var third = client.Decide(Command(3));
        Assert.False(third.IsCompleted);
        one.Settle();
        var three = await shard.NextCall();
        Assert.Equal(Command(3).Id, Assert.Single(three.Commands).Id);
        two.Settle();
        three.Settle();
        await Task.WhenAll(first, second, third);
    }

    [Fact]
    public async Task a_call_is_added_to_another_only_for_many()
    {
        using var client = Client(calls: 2, another: 3);
        var first = client.Decide(Command(0));
        var one = await shard.NextCall();
        var rest = Enumerable.Range(1, 2).Select(n => client.Decide(Command(n))).ToList();
        rest.Add(client.Decide(Command(3)));
        var two = await shard.NextCall();
        Assert.Equal(3, two.Commands.Length);
        one.Settle();
        two.Settle();
        await Task.WhenAll([first, .. rest]);
    }

    [Fact]
    public async Task what_waits_long_is_not_left_behind_a_call_that_hangs()
    {
        using var client = Client(calls: 2, another: 100, timeout: 2_000);
        var hanging = client.Decide(Command(0));
        await shard.NextCall();
        var second = client.Decide(Command(1));
        (await shard.NextCall()).Settle();
        Assert.Equal(OutcomeStatus.Settled, (await second).Status);
        Assert.False(hanging.IsCompleted);
    }

    [Fact]
    public async Task a_call_that_does_not_answer_is_unknown_never_a_decline()
    {
        using var client = Client(timeout: 50);
        var outcome = await client.Decide(Command(1));
        Assert.Equal(OutcomeStatus.Processing, outcome.Status);
        Assert.Equal(DeclineCode.None, outcome.Code);
    }

    [Fact]
    public async Task a_call_that_fails_is_unknown_and_the_next_one_goes()
    {
        using var client = Client(calls: 1);
        var first = client.Decide(Command(1));
        (await shard.NextCall()).Answer.SetException(new IOException("connection lost"));
        Assert.Equal(OutcomeStatus.Processing, (await first).Status);
        var second = client.Decide(Command(2));
        (await shard.NextCall()).Settle();
        Assert.Equal(OutcomeStatus.Settled, (await second).Status);
    }

    [Fact]
    public async Task an_answer_of_the_wrong_length_is_unknown()
    {
        using var client = Client();
        var first = client.Decide(Command(1));
        (await shard.NextCall()).Answer.SetResult([]);
        Assert.Equal(OutcomeStatus.Processing, (await first).Status);
    }

    [Fact]
    public async Task a_shard_that_nobody_serves_is_unavailable_not_overloaded()
    {
        using var client = Client();
        var first = client.Decide(Command(1));
        (await shard.NextCall()).Answer.SetException(new ShardUnavailableException("no standby"));
        Assert.Equal(OutcomeStatus.Unavailable, (await first).Status);
    }

    [Fact]
    public async Task above_the_bound_commands_are_refused_before_the_queue()
    {
        using var client = Client(calls: 1, waiting: 3);
        var first = client.Decide(Command(0));
        var open = await shard.NextCall();
        var queued = Enumerable.Range(1, 3).Select(n => client.Decide(Command(n))).ToArray();
        Assert.Equal(OutcomeStatus.Overloaded, (await client.Decide(Command(4))).Status);
        open.Settle();
        (await shard.NextCall()).Settle();
        foreach (var outcome in await Task.WhenAll([first, .. queued])) Assert.Equal(OutcomeStatus.Settled, outcome.Status);
    }

    [Fact]
    public async Task a_command_never_sent_in_time_is_refused_because_it_did_nothing()
    {
        using var client = Client(calls: 1, timeout: 200);
        var sent = client.Decide(Command(0));
        await shard.NextCall();
        var queued = Enumerable.Range(1, 3).Select(n => client.Decide(Command(n))).ToArray();
        Assert.Equal(OutcomeStatus.Processing, (await sent).Status);
        // Whatever goes out after the first call's time-out hangs as well; every one of them still gets an answer that does not lie.
        foreach (var outcome in await Task.WhenAll(queued)) Assert.True(outcome.Status is OutcomeStatus.Overloaded or OutcomeStatus.Processing);
    }

    [Fact]
    public async Task concurrent_commands_each_get_their_own_answer()
    {
        using var client = Client();
        using var stop = new CancellationTokenSource();
        var answering = Task.Run(async () => { while (!stop.IsCancellationRequested) (await shard.NextCall()).Settle(); }, TestContext.Current.CancellationToken);
        await Parallel.ForEachAsync(Enumerable.Range(0, 5_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, _) =>
            Assert.Equal(Command(n).Id, (await client.Decide(Command(n), CancellationToken.None)).Id));
        await stop.CancelAsync();
        var last = client.Decide(Command(5_000));
        await answering;
        Assert.Equal(OutcomeStatus.Settled, (await last).Status);
    }

    [Fact]
    public async Task questions_have_a_deadline_and_one_kind_of_failure()
    {
        using var client = Client(timeout: 50);
        await Assert.ThrowsAsync<ShardUnavailableException>(() => client.Find(Command(1).Id));
        await Assert.ThrowsAsync<ShardUnavailableException>(() => client.FindOnce(OnceKey.PayCode("x")));
        Assert.Null(await client.Wallet(1));
    }

    [Fact]
    public async Task a_cancelled_request_is_not_queued()
    {
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Decide(Command(1), new CancellationToken(canceled: true)));
    }

    private LedgerClient Client(int calls = 4, int perCall = 500, int waiting = 20_000, int timeout = 5_000, int another = 1) => new(_ => shard,
        new LedgerClientOptions { CallsInFlight = calls, CommandsPerCall = perCall, CommandsForAnotherCall = another, MaxWaiting = waiting, Timeout = TimeSpan.FromMilliseconds(timeout) });

    private static TransferCommand Command(int n) => new()
    {
        Id = TransferId.Of("op", NumberKind.Transfer, $"t-{n}"), Institution = "op", Number = $"t-{n}", Fingerprint = 1, NotAfterMicros = long.MaxValue,
        From = 1, To = 2, Amount = 1,
    };
}
