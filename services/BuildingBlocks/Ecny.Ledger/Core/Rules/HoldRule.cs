using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class HoldRule : CommandRule<HoldCommand>
{
    protected override void Keys(KeyCollector keys, HoldCommand command)
    {
        keys.Wallet(command.Wallet);
        keys.Bucket(BucketId.HeldOf(command.Wallet));
        keys.Hold(command.Id);
    }

    protected override DeclinedAttempt Describe(LedgerState state, HoldCommand command) => new(EntryKind.Hold, command.Amount, command.Wallet, 0);

    protected override LedgerOutcome Decide(Decision decision, HoldCommand command)
    {
        var slot = decision.Find(command.Wallet);
        if (slot < 0) return decision.Refuse(Refusal.WalletUnknown);
        var code = Check(decision, command, slot);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));

        if (command.ConsumesLimits) WalletChecks.Consume(decision, slot, command.Amount);
        decision.Move(EntryKind.Hold, BucketId.AvailableOf(command.Wallet), BucketId.HeldOf(command.Wallet), command.Amount);
        var hold = decision.State.Holds.Find(command.Id)!;
        decision.State.Touch(hold);
        hold.Present = true;
        hold.Row = new HoldRow
        {
            Id = command.Id, Wallet = command.Wallet, Amount = command.Amount, State = HoldState.Open, ExpiresAtMicros = command.ExpiresAtMicros,
            LimitDay = command.ConsumesLimits ? decision.CalendarDay : 0, LimitYear = command.ConsumesLimits ? decision.CalendarYear : (short)0,
        };
        return decision.Settle();
    }

    private static DeclineCode Check(Decision decision, HoldCommand command, int slot)
    {
        ref var wallet = ref decision.Wallet(slot);
        var mayPay = WalletChecks.MayPay(decision, wallet);
        if (mayPay != DeclineCode.None) return mayPay;
        if (command.ConsumesLimits && WalletChecks.Limits(decision, wallet, command.Amount) is not DeclineCode.None and var limits) return limits;
        return command.Amount > wallet.Balance ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None;
    }
}
