using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>What every movement asks of a wallet: may it pay, may it receive, do its class limits allow it.</summary>
internal static class WalletChecks
{
    /// <summary>States that may be set for a term.</summary>
    public static bool MayEnd(WalletState state) => state is WalletState.ReceiveOnly or WalletState.Frozen or WalletState.Lost;

    public static DeclineCode MayPay(Decision decision, in WalletRow wallet) => StateOf(decision, wallet) switch
    {
        WalletState.Normal => DeclineCode.None,
        WalletState.ReceiveOnly => DeclineCode.WALLET_RECEIVE_ONLY,
        WalletState.Closed or WalletState.Rejected => DeclineCode.WALLET_CLOSED,
        _ => DeclineCode.WALLET_FROZEN,
    };

    public static bool MayReceive(Decision decision, in WalletRow wallet) => StateOf(decision, wallet) is WalletState.Normal or WalletState.ReceiveOnly;

    /// <summary>The state in force: a term ends at its time by the shard's clock, with nobody doing anything. The entry that set the state says until when.</summary>
    private static WalletState StateOf(Decision decision, in WalletRow wallet)
    {
        if (!MayEnd(wallet.State)) return wallet.State;
        var term = decision.State.Buckets.Find(BucketId.StateTermOf(wallet.Id))!.Row;
        return term.ExpiresAtMicros != 0 && decision.Now >= term.ExpiresAtMicros ? (WalletState)term.ReturnTo : wallet.State;
    }

    /// <summary>Limits of payment, day and year; the calendar date is UTC+8.</summary>
    public static DeclineCode Limits(Decision decision, in WalletRow wallet, long amount)
    {
        var limits = decision.Policy.LimitsOf(wallet.Class);
        if (amount > limits.PerPayment) return DeclineCode.LIMIT_PER_PAYMENT;
        var day = wallet.LimitDay == decision.CalendarDay ? wallet.DayUsed : 0;
        if (limits.PerDay is { } perDay && amount > perDay - day) return DeclineCode.LIMIT_PER_DAY;
        var year = wallet.LimitYear == decision.CalendarYear ? wallet.YearUsed : 0;
        if (limits.PerYear is { } perYear && amount > perYear - year) return DeclineCode.LIMIT_PER_YEAR;
        return DeclineCode.None;
    }

    /// <summary>Counts spending; the same commit books a movement of the wallet.</summary>
    public static void Consume(Decision decision, int slot, long amount)
    {
        ref var wallet = ref decision.State.Touch(slot);
        if (wallet.LimitDay != decision.CalendarDay) (wallet.LimitDay, wallet.DayUsed) = (decision.CalendarDay, 0);
        if (wallet.LimitYear != decision.CalendarYear) (wallet.LimitYear, wallet.YearUsed) = (decision.CalendarYear, 0);
        wallet.DayUsed = checked(wallet.DayUsed + amount);
        wallet.YearUsed = checked(wallet.YearUsed + amount);
    }

    /// <summary>Gives back what a hold consumed, to the day and the year it took from; a day that has passed is past.</summary>
    public static void GiveBack(Decision decision, int slot, in HoldRow hold, long amount)
    {
        if (hold.LimitYear == 0) return;
        ref var wallet = ref decision.State.Touch(slot);
        if (wallet.LimitDay == hold.LimitDay) wallet.DayUsed -= amount;
        if (wallet.LimitYear == hold.LimitYear) wallet.YearUsed -= amount;
    }

    public static bool ExceedsCap(Decision decision, in WalletRow wallet, long amount) =>
        decision.Policy.LimitsOf(wallet.Class).BalanceCap is { } cap && amount > cap - wallet.Balance;
}
