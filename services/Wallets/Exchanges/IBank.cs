using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Exchanges;

/// <summary>The other side of an exchange: the holder's bank account. Every call is idempotent by the exchange's number, so it may be repeated after a time-out.</summary>
public interface IBank
{
    /// <summary>True when a payout to this account is accepted for certain, so that the ledger may go first.</summary>
    bool AcceptsAtOnce(string accountToken);

    /// <summary>Takes the amount from the account (兑出).</summary>
    Task<BankAnswer> Debit(BankLeg leg, CancellationToken stop);

    /// <summary>Pays the amount to the account (兑回).</summary>
    Task<BankAnswer> Credit(BankLeg leg, CancellationToken stop);

    /// <summary>Gives a debit back.</summary>
    Task<BankAnswer> Reverse(BankLeg leg, CancellationToken stop);
}

/// <summary>One leg at the bank. Amount in fen.</summary>
public sealed record BankLeg(TransferId Exchange, string AccountToken, long Amount, DateTimeOffset BegunAt);

/// <summary>Unknown: the bank did not answer; ask again.</summary>
public enum BankAnswer { Settled, Declined, Unknown }
