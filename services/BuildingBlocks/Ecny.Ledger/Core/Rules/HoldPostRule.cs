using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>A hold is posted once; what is not posted goes back, its limits too. A frozen payer's hold may be posted: it was agreed before.</summary>
internal sealed class HoldPostRule : CommandRule<HoldPostCommand>
{
    protected override void Keys(KeyCollector keys, HoldPostCommand command)
    {
        keys.Wallet(command.Payee);
        if (!keys.Hold(command.Hold)) return;
        var wallet = keys.State.Holds.Find(command.Hold)!.Row.Wallet;
        keys.Wallet(wallet);
        if (wallet != 0) keys.Bucket(BucketId.HeldOf(wallet));
    }

    protected override DeclinedAttempt Describe(LedgerState state, HoldPostCommand command) =>
        new(command.BookAs, command.Amount, state.Holds.Find(command.Hold)!.Row.Wallet, command.Payee, command.Hold);

    protected override LedgerOutcome Decide(Decision decision, HoldPostCommand command)
    {
        var hold = decision.State.Holds.Find(command.Hold)!;
        if (!hold.Present) return decision.Refuse(Refusal.HoldUnknown);
        var payee = decision.Find(command.Payee);
        if (payee < 0) return decision.Refuse(Refusal.PayeeUnknown);
        if (command.Payee == hold.Row.Wallet) return decision.Refuse(Refusal.NotAllowed);
        var code = Check(decision, command, hold.Row, payee);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));

        var (wallet, rest) = (hold.Row.Wallet, hold.Row.Amount - command.Amount);
        decision.State.Touch(hold);
        (hold.Row.State, hold.Row.Posted) = (HoldState.Posted, command.Amount);
        decision.Move(command.BookAs, BucketId.HeldOf(wallet), BucketId.AvailableOf(command.Payee), command.Amount, command.Hold);
        if (rest > 0)
        {
            decision.Move(EntryKind.HoldVoid, BucketId.HeldOf(wallet), BucketId.AvailableOf(wallet), rest, command.Hold);
            WalletChecks.GiveBack(decision, decision.Find(wallet), hold.Row, rest);
        }
        return decision.Settle();
    }

    private static DeclineCode Check(Decision decision, HoldPostCommand command, in HoldRow hold, int payeeSlot)
    {
        if (hold.State != HoldState.Open || (hold.ExpiresAtMicros != 0 && decision.Now > hold.ExpiresAtMicros)) return DeclineCode.HOLD_NOT_OPEN;
        if (command.Amount > hold.Amount) return DeclineCode.INSUFFICIENT_FUNDS;
        ref var payee = ref decision.Wallet(payeeSlot);
        if (!WalletChecks.MayReceive(decision, payee)) return DeclineCode.PAYEE_NOT_ACCEPTING;
        return WalletChecks.ExceedsCap(decision, payee, command.Amount) ? DeclineCode.BALANCE_CAP : DeclineCode.None;
    }
}
