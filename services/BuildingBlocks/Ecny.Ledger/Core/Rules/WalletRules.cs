using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class WalletOpenRule : CommandRule<WalletOpenCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, WalletOpenCommand command) => keys.Wallet(command.Wallet);

    protected override DeclinedAttempt Describe(LedgerState state, WalletOpenCommand command) => new(EntryKind.WalletOpen, 0, 0, command.Wallet);

    protected override LedgerOutcome Decide(Decision decision, WalletOpenCommand command)
    {
        if (decision.Find(command.Wallet) >= 0) return decision.Refuse(Refusal.WalletExists);
        decision.State.AddWallet(new WalletRow
        {
            Id = command.Wallet, Class = command.Class, State = command.State, Operator = command.Operator, District = command.District,
        });
        decision.Move(EntryKind.WalletOpen, default, BucketId.AvailableOf(command.Wallet), 0);
        return decision.Settle();
    }
}

internal sealed class WalletStateRule : CommandRule<WalletStateCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, WalletStateCommand command)
    {
        keys.Wallet(command.Wallet);
        keys.Bucket(BucketId.HeldOf(command.Wallet));
        keys.Bucket(BucketId.StateTermOf(command.Wallet));
    }

    protected override DeclinedAttempt Describe(LedgerState state, WalletStateCommand command) => new(EntryKind.WalletState, 0, 0, command.Wallet);

    protected override LedgerOutcome Decide(Decision decision, WalletStateCommand command)
    {
        var slot = decision.Find(command.Wallet);
        if (slot < 0) return decision.Refuse(Refusal.WalletUnknown);
        if (decision.Wallet(slot).State == WalletState.Closed) return decision.Refuse(Refusal.NotAllowed);
        if (command.ExpiresAtMicros != 0 && !WalletChecks.MayEnd(command.State)) return decision.Refuse(Refusal.NotAllowed);
        var holdsMoney = decision.Wallet(slot).Balance != 0 || decision.BalanceOf(BucketId.HeldOf(command.Wallet)) != 0;
        if (command.State == WalletState.Closed && holdsMoney) return decision.Refuse(Refusal.NotAllowed);
        var before = decision.Wallet(slot).State;
        decision.State.Touch(slot).State = command.State;
        var term = SetTerm(decision, command, before) ? BucketId.StateTermOf(command.Wallet) : default;
        decision.Move(EntryKind.WalletState, term, BucketId.AvailableOf(command.Wallet), 0);
        return decision.Settle();
    }

    /// <summary>Notes when the new state ends and what follows it: the last state that was set for good. False: there is and was no term.</summary>
    private static bool SetTerm(Decision decision, WalletStateCommand command, WalletState before)
    {
        var term = decision.State.Buckets.Find(BucketId.StateTermOf(command.Wallet))!;
        var hadTerm = term.Row.ExpiresAtMicros != 0;
        if (command.ExpiresAtMicros == 0 && !hadTerm) return false;
        decision.State.Touch(term);
        term.Row.ReturnTo = command.ExpiresAtMicros == 0 ? 0 : hadTerm ? term.Row.ReturnTo : (long)before;
        term.Row.ExpiresAtMicros = command.ExpiresAtMicros;
        return true;
    }
}
