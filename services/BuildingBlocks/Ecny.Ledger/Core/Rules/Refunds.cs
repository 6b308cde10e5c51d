using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>Giving back money of a settled payment: shared by refund and cancel.</summary>
internal static class Refunds
{
    public static void Keys(KeyCollector keys, TransferId payment)
    {
        var record = keys.Transfer(payment);
        if (record is not { Present: true, Entries: { } legs } || !Outcomes.IsRefundable(record.Row.Kind) || record.Row.Code != DeclineCode.None) return;
        keys.Refund(payment);
        foreach (var leg in legs)
        {
            keys.Wallet(leg.Credit.Wallet);
            keys.Wallet(leg.Debit.Wallet);
            keys.Wallet(SuspenseOf(leg.Debit.Wallet));
            if (leg.Debit.Number >= 2 && keys.Bucket(leg.Debit)) keys.Wallet(keys.State.Buckets.Find(leg.Debit)!.Row.ReturnTo);
        }
    }

    /// <summary>The legs that captured money, in order of use; empty when nothing was captured.</summary>
    public static List<Entry> CapturedLegs(NumberRecord? record) => record is { Present: true, Row.Code: DeclineCode.None } && Outcomes.IsRefundable(record.Row.Kind)
        ? [.. record.Entries!.Where(leg => leg.Kind == record.Row.Kind)]
        : [];

    public static DeclineCode Check(Decision decision, List<Entry> legs, long amount)
    {
        ref var payee = ref decision.Wallet(decision.Find(legs[0].Credit.Wallet));
        var mayPay = WalletChecks.MayPay(decision, payee);
        if (mayPay != DeclineCode.None) return mayPay;
        foreach (var leg in legs)
            if (decision.Find(Destination(decision, leg.Debit).Wallet) < 0) return DeclineCode.WALLET_CLOSED;
        return amount > payee.Balance ? DeclineCode.INSUFFICIENT_FUNDS : DeclineCode.None;
    }

    /// <summary>Books the legs of a refund. Each part gets the growth of its share of everything refunded so far.</summary>
    public static void Book(Decision decision, TransferId payment, List<Entry> legs, long amount)
    {
        var state = decision.State;
        var row = state.Refunds.Find(payment)!;
        state.Touch(row);
        var before = row.Row.Refunded;
        (row.Row, row.Present) = (new RefundRow(payment, checked(before + amount)), true);

        var total = legs.Sum(leg => leg.Amount);
        var (restBefore, restAfter, restTotal) = (before, before + amount, total);
        foreach (var leg in legs)
        {
            var last = ReferenceEquals(leg, legs[^1]);
            var shareBefore = last ? restBefore : Share(restBefore, leg.Amount, restTotal);
            var shareAfter = last ? restAfter : Share(restAfter, leg.Amount, restTotal);
            if (shareAfter > shareBefore)
                decision.Move(EntryKind.Refund, leg.Credit, Destination(decision, leg.Debit), shareAfter - shareBefore, payment);
            restBefore -= shareBefore;
            restAfter -= shareAfter;
            restTotal -= leg.Amount;
        }
    }

    /// <summary>
    /// floor(refunded × part ÷ total), applied part after part to what the parts before it left: the same as the two-part rule, and for
    /// three and more parts no share ever shrinks or exceeds its part (a plain floor with the remainder to the last part would).
    /// </summary>
    private static long Share(long refunded, long part, long total) => (long)((Int128)refunded * part / total);

    /// <summary>A closed payer's money goes to the operator's suspense account, an expired bucket's to its return-to wallet; a frozen payer is credited.</summary>
    private static BucketId Destination(Decision decision, BucketId source)
    {
        if (source.Number >= 2)
        {
            var bucket = decision.State.Buckets.Find(source)!.Row;
            if (bucket.ExpiresAtMicros == 0 || decision.Now <= bucket.ExpiresAtMicros) return source;
            return OpenOrSuspense(decision, bucket.ReturnTo);
        }
        return OpenOrSuspense(decision, source.Wallet);
    }

    public static BucketId OpenOrSuspense(Decision decision, long wallet)
    {
        var slot = decision.Find(wallet);
        var closed = slot < 0 || decision.Wallet(slot).State == WalletState.Closed;
        return BucketId.AvailableOf(closed ? SuspenseOf(wallet) : wallet);
    }

    public static long SuspenseOf(long wallet) => WalletNumber.Compose(WalletNumber.PrefixOf(wallet), 1);
}
