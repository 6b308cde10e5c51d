using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class ExchangeRule : CommandRule<ExchangeCommand>
{
    protected override void Keys(KeyCollector keys, ExchangeCommand command)
    {
        keys.Wallet(command.OperatorAccount);
        keys.Wallet(command.Wallet);
    }

    protected override DeclinedAttempt Describe(LedgerState state, ExchangeCommand command) => command.In
        ? new(EntryKind.ExchangeIn, command.Amount, command.OperatorAccount, command.Wallet)
        : new(EntryKind.ExchangeOut, command.Amount, command.Wallet, command.OperatorAccount);

    protected override LedgerOutcome Decide(Decision decision, ExchangeCommand command)
    {
        var (account, wallet) = (decision.Find(command.OperatorAccount), decision.Find(command.Wallet));
        if (wallet < 0) return decision.Refuse(Refusal.WalletUnknown);
        if (account < 0 || decision.Wallet(account).Class != WalletClass.Operator || account == wallet) return decision.Refuse(Refusal.NotAllowed);

        var code = command.In ? CheckIn(decision, command, account, wallet) : CheckOut(decision, command, wallet);
        var attempt = Describe(decision.State, command);
        if (code != DeclineCode.None) return decision.Decline(code, attempt);
        decision.Move(attempt.Kind, BucketId.AvailableOf(attempt.DebitWallet), BucketId.AvailableOf(attempt.CreditWallet), command.Amount);
        return decision.Settle();
    }

    private static DeclineCode CheckIn(Decision decision, ExchangeCommand command, int account, int walletSlot)
    {
        ref var wallet = ref decision.Wallet(walletSlot);
        if (!WalletChecks.MayReceive(decision, wallet)) return WalletChecks.MayPay(decision, wallet);
        if (WalletChecks.ExceedsCap(decision, wallet, command.Amount)) return DeclineCode.BALANCE_CAP;
        return command.Amount > decision.Wallet(account).Balance ? DeclineCode.EXCHANGE_LIMIT : DeclineCode.None;
    }

    private static DeclineCode CheckOut(Decision decision, ExchangeCommand command, int walletSlot)
    {
        ref var wallet = ref decision.Wallet(walletSlot);
        var mayPay = WalletChecks.MayPay(decision, wallet);
        if (mayPay != DeclineCode.None) return mayPay;
        return command.Amount > wallet.Balance ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None;
    }
}
