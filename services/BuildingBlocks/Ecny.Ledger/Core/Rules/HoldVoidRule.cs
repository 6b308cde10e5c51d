using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class HoldVoidRule : CommandRule<HoldVoidCommand>
{
    /// <summary>Giving back never comes too late.</summary>
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, HoldVoidCommand command)
    {
        if (!keys.Hold(command.Hold)) return;
        var wallet = keys.State.Holds.Find(command.Hold)!.Row.Wallet;
        keys.Wallet(wallet);
        if (wallet != 0) keys.Bucket(BucketId.HeldOf(wallet));
    }

    protected override DeclinedAttempt Describe(LedgerState state, HoldVoidCommand command)
    {
        var hold = state.Holds.Find(command.Hold)!.Row;
        return new(KindOf(command), hold.Amount, hold.Wallet, hold.Wallet, command.Hold);
    }

    protected override LedgerOutcome Decide(Decision decision, HoldVoidCommand command)
    {
        var hold = decision.State.Holds.Find(command.Hold)!;
        if (!hold.Present) return decision.Refuse(Refusal.HoldUnknown);
        if (command.Expiry && (hold.Row.ExpiresAtMicros == 0 || decision.Now < hold.Row.ExpiresAtMicros)) return decision.Refuse(Refusal.NotAllowed);
        if (hold.Row.State != HoldState.Open) return decision.Decline(DeclineCode.HOLD_NOT_OPEN, Describe(decision.State, command));

        var wallet = hold.Row.Wallet;
        decision.State.Touch(hold);
        hold.Row.State = command.Expiry ? HoldState.Expired : HoldState.Voided;
        decision.Move(KindOf(command), BucketId.HeldOf(wallet), BucketId.AvailableOf(wallet), hold.Row.Amount, command.Hold);
        WalletChecks.GiveBack(decision, decision.Find(wallet), hold.Row, hold.Row.Amount);
        return decision.Settle();
    }

    private static EntryKind KindOf(HoldVoidCommand command) => command.Expiry ? EntryKind.HoldExpire : EntryKind.HoldVoid;
}
