using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

internal sealed class PaymentRule : CommandRule<PaymentCommand>
{
    protected override void Keys(KeyCollector keys, PaymentCommand command)
    {
        keys.Wallet(command.Payee);
        if (command.Token is { } token && !keys.Token(token)) return;
        var payer = PayerOf(keys.State, command);
        keys.Wallet(payer);
        if (payer == 0) return;
        foreach (var part in command.Bound) keys.Bucket(new BucketId(payer, part.Bucket));
    }

    protected override DeclinedAttempt Describe(LedgerState state, PaymentCommand command) =>
        new(EntryKind.Payment, command.Amount, PayerOf(state, command), command.Payee);

    protected override LedgerOutcome Decide(Decision decision, PaymentCommand command)
    {
        var token = command.Token is { } id ? decision.State.Tokens.Find(id) : null;
        if (command.Token is not null && !IsUsable(token, command)) return decision.Refuse(Refusal.PayerUnknown);
        var payer = decision.Find(PayerOf(decision.State, command));
        if (payer < 0) return decision.Refuse(Refusal.PayerUnknown);
        var payee = decision.Find(command.Payee);
        if (payee < 0) return decision.Refuse(Refusal.PayeeUnknown);
        if (payer == payee) return decision.Refuse(Refusal.NotAllowed);

        var code = Check(decision, command, token, payer, payee);
        if (code != DeclineCode.None) return decision.Decline(code, Describe(decision.State, command));

        WalletChecks.Consume(decision, payer, command.Amount);
        if (token is { Row.PerDay: > 0 }) CountToken(decision, token, command.Amount);
        var (from, to) = (decision.Wallet(payer).Id, BucketId.AvailableOf(command.Payee));
        var rest = command.Amount;
        foreach (var part in command.Bound)
        {
            var share = ShareOf(decision, new BucketId(from, part.Bucket), part.Amount, rest);
            if (share == 0) continue;
            decision.Move(EntryKind.Payment, new BucketId(from, part.Bucket), to, share);
            rest -= share;
        }
        if (rest > 0) decision.Move(EntryKind.Payment, BucketId.AvailableOf(from), to, rest);
        return decision.Settle();
    }

    private static DeclineCode Check(Decision decision, PaymentCommand command, CachedRow<TokenRow>? token, int payerSlot, int payeeSlot)
    {
        if (command.OrderExpiresAtMicros != 0 && decision.Now > command.OrderExpiresAtMicros) return DeclineCode.ORDER_CLOSED;
        if (command.PayCodeExpiresAtMicros != 0 && decision.Now > command.PayCodeExpiresAtMicros) return DeclineCode.EXPIRED;
        ref var payer = ref decision.Wallet(payerSlot);
        ref var payee = ref decision.Wallet(payeeSlot);
        var mayPay = WalletChecks.MayPay(decision, payer);
        if (mayPay != DeclineCode.None) return mayPay;
        if (!WalletChecks.MayReceive(decision, payee)) return DeclineCode.PAYEE_NOT_ACCEPTING;
        if (command.PayCodeMaxAmount != 0 && command.Amount > command.PayCodeMaxAmount) return DeclineCode.LIMIT_PER_PAYMENT;
        if (token is { Row.PerPayment: > 0 and var perPayment } && command.Amount > perPayment) return DeclineCode.LIMIT_PER_PAYMENT;
        if (token is { Row.PerDay: > 0 and var perDay } && command.Amount > perDay - UsedToday(decision, token.Row)) return DeclineCode.LIMIT_PER_DAY;
        var limits = WalletChecks.Limits(decision, payer, command.Amount);
        if (limits != DeclineCode.None) return limits;

        var rest = command.Amount;
        foreach (var part in command.Bound) rest -= ShareOf(decision, new BucketId(payer.Id, part.Bucket), part.Amount, rest);
        if (rest > payer.Balance) return DeclineCode.INSUFFICIENT_FUNDS;
        return WalletChecks.ExceedsCap(decision, payee, command.Amount) ? DeclineCode.BALANCE_CAP : DeclineCode.None;
    }

    /// <summary>What a purpose-bound bucket gives: at most what it holds, what it may give, what is still to pay; nothing once it has expired.</summary>
    private static long ShareOf(Decision decision, BucketId bucket, long most, long rest)
    {
        var row = decision.State.Buckets.Find(bucket)!;
        if (!row.Present || (row.Row.ExpiresAtMicros != 0 && decision.Now > row.Row.ExpiresAtMicros)) return 0;
        return Math.Min(row.Row.Balance, Math.Min(most, rest));
    }

    private static bool IsUsable(CachedRow<TokenRow>? token, PaymentCommand command) =>
        token is { Present: true, Row.Revoked: false } && token.Row.MerchantNo == command.MerchantNo;

    private static long PayerOf(LedgerState state, PaymentCommand command) =>
        command.Token is { } token ? state.Tokens.Find(token)!.Row.Wallet : command.Payer;

    private static long UsedToday(Decision decision, in TokenRow token) => token.UsedDay == decision.CalendarDay ? token.DayUsed : 0;

    private static void CountToken(Decision decision, CachedRow<TokenRow> token, long amount)
    {
        decision.State.Touch(token);
        token.Row.DayUsed = checked(UsedToday(decision, token.Row) + amount);
        token.Row.UsedDay = decision.CalendarDay;
        token.Row.Version++;
    }
}
