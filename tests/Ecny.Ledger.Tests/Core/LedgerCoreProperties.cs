using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Tests.Core;

/// <summary>The core against a naive oracle: every answer, every balance, whatever is evicted, aborted and repeated in between.</summary>
public sealed class LedgerCoreProperties(ITestOutputHelper output)
{
    private const int Commands = 2_500;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 48)];

    [Theory, MemberData(nameof(Seeds))]
    public void agrees_with_a_naive_oracle_on_every_answer_and_balance(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed * 31);
        var generator = new CommandGenerator(seed);
        var harness = new CoreHarness(CommandGenerator.TightPolicy, seed % 3 == 0 ? new LedgerStateOptions() : new LedgerStateOptions { MaxWallets = 3, GenerationSize = 6, RecentSize = 4 });
        var oracle = new Oracle(CommandGenerator.TightPolicy);
        var step = 0;
        var settled = 0;
        foreach (var command in generator.Opening().Concat(Enumerable.Range(0, Commands).Select(_ => generator.Next())))
        {
            step++;
            if (command is GroupCommand group) oracle.ExpectGroup(group);
            var expected = oracle.Decide(command, generator.Now);
            var actual = harness.Decide(command, generator.Now, assumesNew: random.Next(2) == 0);
            var same = (expected.Status, expected.Code, expected.Refusal) == (actual.Status, actual.Code, actual.Refusal);
            if (same && expected.Status is OutcomeStatus.Settled or OutcomeStatus.Declined) same = expected.Amount == actual.Amount && expected.RefundedTotal == actual.RefundedTotal;
            Assert.True(same, $"seed {seed} step {step}: {command}\nexpected {expected}\nactual   {actual}");
            if (actual.Status == OutcomeStatus.Settled && !actual.Replayed) settled++;
            switch (random.Next(12))
            {
                case 0 or 1: harness.Commit(); break;
                case 2: harness.AbortAndRepeat(); break;
            }
        }
        harness.Commit();
        output.WriteLine($"{harness.TakenBack} decisions were taken back");
        JournalFacts.Check(harness.Tables);
        foreach (var (bucket, balance) in oracle.Balances())
            Assert.Equal(balance, bucket.Number == 0 ? harness.Tables.Wallets[bucket.Wallet].Balance : harness.Tables.Buckets[bucket].Balance);
        Assert.Equal(0, harness.Tables.Wallets.Values.Sum(w => w.Balance) + harness.Tables.Buckets.Values.Sum(b => b.Balance));
        Assert.True(settled > Commands / 10, $"only {settled} of {step} commands settled: the generator proves nothing");
    }

    [Fact]
    public void the_generator_reaches_every_decline_and_refusal_the_core_can_say()
    {
        var seen = new HashSet<DeclineCode>();
        var refusals = new HashSet<Refusal>();
        for (var seed = 100; seed < 112; seed++)
        {
            var generator = new CommandGenerator(seed);
            var harness = new CoreHarness(CommandGenerator.TightPolicy, new LedgerStateOptions());
            foreach (var command in generator.Opening().Concat(Enumerable.Range(0, Commands).Select(_ => generator.Next())))
            {
                var outcome = harness.Decide(command, generator.Now);
                seen.Add(outcome.Code);
                refusals.Add(outcome.Refusal);
            }
        }
        DeclineCode[] notYet = [DeclineCode.CONTRACT_NOT_APPLICABLE, DeclineCode.ALREADY_CLAIMED, DeclineCode.BUDGET_EXHAUSTED, DeclineCode.RISK_BLOCKED, DeclineCode.CHANNEL_CLOSED];
        Assert.Equal(Enum.GetValues<DeclineCode>().Except(notYet), seen.Order());
        Assert.Equal(Enum.GetValues<Refusal>(), refusals.Order());
    }
}
