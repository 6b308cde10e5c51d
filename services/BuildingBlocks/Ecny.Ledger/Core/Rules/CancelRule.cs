using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>Cancel by number: refunds what settled, keeps from ever settling what was not seen yet.</summary>
internal sealed class CancelRule : CommandRule<CancelCommand>
{
    /// <summary>A cancel is safe however late it comes.</summary>
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, CancelCommand command) => Refunds.Keys(keys, command.Original);

    protected override DeclinedAttempt Describe(LedgerState state, CancelCommand command) => new(EntryKind.Cancel, 0, 0, 0, command.Original);

    protected override LedgerOutcome Decide(Decision decision, CancelCommand command)
    {
        if (command.Original == command.Id) return decision.Refuse(Refusal.NotAllowed);
        var original = decision.State.Number(command.Original)!;
        if (!original.Present)
        {
            decision.DeclineForAnyContent(command.Original, command.OriginalNumber, new DeclinedAttempt(EntryKind.Payment, 0, 0, 0), DeclineCode.CANCELLED);
            return Nothing(decision, command);
        }
        var legs = Refunds.CapturedLegs(original);
        if (legs.Count == 0) return Nothing(decision, command);
        var rest = legs.Sum(leg => leg.Amount) - decision.State.Refunds.Find(command.Original)!.Row.Refunded;
        if (rest == 0) return Nothing(decision, command);
        var code = Refunds.Check(decision, legs, rest);
        if (code != DeclineCode.None) return decision.Decline(code, new(EntryKind.Refund, rest, legs[0].Credit.Wallet, legs[0].Debit.Wallet, command.Original));
        Refunds.Book(decision, command.Original, legs, rest);
        return decision.Settle();
    }

    private static LedgerOutcome Nothing(Decision decision, CancelCommand command)
    {
        decision.Note(EntryKind.Cancel, original: command.Original);
        return decision.Settle();
    }
}
