using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class RefundRule : CommandRule<RefundCommand>
{
    protected override void Keys(KeyCollector keys, RefundCommand command) => Refunds.Keys(keys, command.Payment);

    protected override DeclinedAttempt Describe(LedgerState state, RefundCommand command)
    {
        var legs = Refunds.CapturedLegs(state.Number(command.Payment));
        return legs.Count == 0
            ? new(EntryKind.Refund, command.Amount, 0, 0, command.Payment)
            : new(EntryKind.Refund, command.Amount, legs[0].Credit.Wallet, legs[0].Debit.Wallet, command.Payment);
    }

    protected override LedgerOutcome Decide(Decision decision, RefundCommand command)
    {
        var record = decision.State.Number(command.Payment)!;
        if (!record.Present) return decision.Refuse(Refusal.PaymentUnknown);
        var legs = Refunds.CapturedLegs(record);
        var refunded = decision.State.Refunds.Find(command.Payment)?.Row.Refunded ?? 0;
        var code = command.Amount > legs.Sum(leg => leg.Amount) - refunded ? DeclineCode.REFUND_EXCEEDS : Refunds.Check(decision, legs, command.Amount);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));
        Refunds.Book(decision, command.Payment, legs, command.Amount);
        return decision.Settle();
    }
}
