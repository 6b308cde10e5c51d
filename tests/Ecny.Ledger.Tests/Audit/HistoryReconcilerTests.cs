using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Testing;
using Xunit;

namespace Ecny.Ledger.Tests.Audit;

public sealed class HistoryReconcilerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task what_was_answered_is_what_the_journal_holds()
    {
        await using var maker = await Ledger();
        var verdict = await Reconcile(maker, History(maker));
        Assert.True(verdict.AddsUp, string.Join('\n', verdict.Problems));
        Assert.True(verdict.Settled > 50 && verdict.Declined > 5);
        Assert.Equal(verdict.ClientAmount, verdict.JournalAmount);
    }

    [Fact]
    public async Task unknowns_are_counted_by_what_they_became()
    {
        await using var maker = await Ledger();
        var history = History(maker);
        for (var i = 0; i < history.Count; i += 3)
            if (history[i].Answer != ClientAnswer.Refused) history[i] = history[i] with { Answer = ClientAnswer.Unknown };
        history.Add(new ClientRecord(JournalMaker.Institution, NumberKind.Payment, "never-arrived", 5, ClientAnswer.Unknown));
        var verdict = await Reconcile(maker, history);
        Assert.True(verdict.AddsUp, string.Join('\n', verdict.Problems));
        Assert.True(verdict.UnknownSettled > 10 && verdict.UnknownDeclined > 0);
        Assert.Equal(1, verdict.UnknownNever);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("amount")]
    [InlineData("declined")]
    [InlineData("code")]
    [InlineData("unlisted")]
    [InlineData("refused")]
    public async Task every_contradiction_is_found(string what)
    {
        await using var maker = await Ledger();
        var history = History(maker);
        var settled = history.FindLastIndex(r => r.Answer == ClientAnswer.Settled && r.Amount > 0);
        var declined = history.FindLastIndex(r => r.Answer == ClientAnswer.Declined);
        switch (what)
        {
            case "lost": history.Add(history[settled] with { Number = "not-there" }); break;
            case "amount": history[settled] = history[settled] with { Amount = history[settled].Amount + 1 }; break;
            case "declined": history[settled] = history[settled] with { Answer = ClientAnswer.Declined, Code = DeclineCode.BALANCE_CAP }; break;
            case "code": history[declined] = history[declined] with { Code = DeclineCode.CHANNEL_CLOSED }; break;
            case "refused": history[settled] = history[settled] with { Answer = ClientAnswer.Refused }; break;
            default: history.RemoveAt(settled); break;
        }
        var verdict = await Reconcile(maker, history);
        Assert.False(verdict.AddsUp);
        Assert.Single(verdict.Problems);
    }

    private async Task<JournalMaker> Ledger()
    {
        var maker = await JournalMaker.Create(postgres, 21);
        await maker.Random(300);
        return maker;
    }

    private static List<ClientRecord> History(JournalMaker maker) =>
    [
        .. maker.Sent.Select(line => new ClientRecord(JournalMaker.Institution, line.Kind, line.Number, line.Amount, line.Outcome.Status switch
        {
            OutcomeStatus.Settled => ClientAnswer.Settled,
            OutcomeStatus.Declined => ClientAnswer.Declined,
            _ => ClientAnswer.Refused,
        }, line.Outcome.Code)),
    ];

    private static Task<HistoryVerdict> Reconcile(JournalMaker maker, List<ClientRecord> history)
    {
        var reconciler = new HistoryReconciler();
        foreach (var record in history) reconciler.Add(record);
        return reconciler.Run(maker.Database, 0, 0, complete: true, TestContext.Current.CancellationToken);
    }
}
