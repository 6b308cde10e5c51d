using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class FundRule : CommandRule<FundCommand>
{
    protected override void Keys(KeyCollector keys, FundCommand command)
    {
        keys.Wallet(command.Funder);
        keys.Wallet(command.Bucket.Wallet);
        keys.Wallet(command.ReturnTo);
        keys.Bucket(command.Bucket);
    }

    protected override DeclinedAttempt Describe(LedgerState state, FundCommand command) =>
        new(EntryKind.Fund, command.Amount, command.Funder, command.Bucket.Wallet);

    protected override LedgerOutcome Decide(Decision decision, FundCommand command)
    {
        var (funder, wallet) = (decision.Find(command.Funder), decision.Find(command.Bucket.Wallet));
        if (funder < 0) return decision.Refuse(Refusal.PayerUnknown);
        if (wallet < 0 || decision.Find(command.ReturnTo) < 0) return decision.Refuse(Refusal.WalletUnknown);
        if (command.Bucket.Number < 2) return decision.Refuse(Refusal.BucketUnknown);
        var bucket = decision.State.Buckets.Find(command.Bucket)!;
        if (bucket.Present && (bucket.Row.ExpiresAtMicros != command.ExpiresAtMicros || bucket.Row.ReturnTo != command.ReturnTo))
            return decision.Refuse(Refusal.NotAllowed);

        var code = Check(decision, command, funder, wallet);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));
        decision.Move(EntryKind.Fund, BucketId.AvailableOf(command.Funder), command.Bucket, command.Amount);
        (bucket.Row.ExpiresAtMicros, bucket.Row.ReturnTo) = (command.ExpiresAtMicros, command.ReturnTo);
        return decision.Settle();
    }

    private static DeclineCode Check(Decision decision, FundCommand command, int funderSlot, int walletSlot)
    {
        ref var funder = ref decision.Wallet(funderSlot);
        var mayPay = WalletChecks.MayPay(decision, funder);
        if (mayPay != DeclineCode.None) return mayPay;
        if (!WalletChecks.MayReceive(decision, decision.Wallet(walletSlot))) return DeclineCode.PAYEE_NOT_ACCEPTING;
        if (command.ExpiresAtMicros != 0 && decision.Now > command.ExpiresAtMicros) return DeclineCode.EXPIRED;
        return command.Amount > funder.Balance ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None;
    }
}

/// <summary>What is left in a bucket after its expiry returns; however the wallet stands, it is the funder's money.</summary>
internal sealed class FundReturnRule : CommandRule<FundReturnCommand>
{
    public override bool HasDeadline => false;

    protected override void Keys(KeyCollector keys, FundReturnCommand command)
    {
        keys.Wallet(command.Bucket.Wallet);
        if (!keys.Bucket(command.Bucket)) return;
        var returnTo = command.Bucket.Number < 2 ? 0 : keys.State.Buckets.Find(command.Bucket)!.Row.ReturnTo;
        if (returnTo == 0) return;
        keys.Wallet(returnTo);
        keys.Wallet(Refunds.SuspenseOf(returnTo));
    }

    protected override DeclinedAttempt Describe(LedgerState state, FundReturnCommand command) => new(EntryKind.FundReturn, 0, command.Bucket.Wallet, 0);

    protected override LedgerOutcome Decide(Decision decision, FundReturnCommand command)
    {
        if (command.Bucket.Number < 2 || decision.State.Buckets.Find(command.Bucket) is not { Present: true, Row: var bucket }) return decision.Refuse(Refusal.BucketUnknown);
        if (bucket.ExpiresAtMicros == 0 || decision.Now <= bucket.ExpiresAtMicros) return decision.Refuse(Refusal.NotAllowed);
        var destination = Refunds.OpenOrSuspense(decision, bucket.ReturnTo);
        if (decision.Find(destination.Wallet) < 0) return decision.Refuse(Refusal.WalletUnknown);
        if (bucket.Balance == 0) decision.Note(EntryKind.FundReturn, command.Bucket.Wallet);
        else decision.Move(EntryKind.FundReturn, command.Bucket, destination, bucket.Balance);
        return decision.Settle();
    }
}
