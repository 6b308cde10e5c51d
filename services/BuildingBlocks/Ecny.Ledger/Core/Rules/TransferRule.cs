using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class TransferRule : CommandRule<TransferCommand>
{
    protected override void Keys(KeyCollector keys, TransferCommand command)
    {
        keys.Wallet(command.From);
        keys.Wallet(command.To);
    }

    protected override DeclinedAttempt Describe(LedgerState state, TransferCommand command) =>
        new(EntryKind.Transfer, command.Amount, command.From, command.To);

    protected override LedgerOutcome Decide(Decision decision, TransferCommand command)
    {
        var (from, to) = (decision.Find(command.From), decision.Find(command.To));
        if (from < 0) return decision.Refuse(Refusal.PayerUnknown);
        if (to < 0) return decision.Refuse(Refusal.PayeeUnknown);
        if (from == to) return decision.Refuse(Refusal.NotAllowed);

        var code = Check(decision, command, from, to);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));
        WalletChecks.Consume(decision, from, command.Amount);
        decision.Move(EntryKind.Transfer, BucketId.AvailableOf(command.From), BucketId.AvailableOf(command.To), command.Amount);
        return decision.Settle();
    }

    private static DeclineCode Check(Decision decision, TransferCommand command, int fromSlot, int toSlot)
    {
        ref var from = ref decision.Wallet(fromSlot);
        ref var to = ref decision.Wallet(toSlot);
        var mayPay = WalletChecks.MayPay(decision, from);
        if (mayPay != DeclineCode.None) return mayPay;
        if (!WalletChecks.MayReceive(decision, to)) return DeclineCode.PAYEE_NOT_ACCEPTING;
        var limits = WalletChecks.Limits(decision, from, command.Amount);
        if (limits != DeclineCode.None) return limits;
        if (command.Amount > from.Balance) return DeclineCode.INSUFFICIENT_FUNDS;
        return WalletChecks.ExceedsCap(decision, to, command.Amount) ? DeclineCode.BALANCE_CAP : DeclineCode.None;
    }
}
