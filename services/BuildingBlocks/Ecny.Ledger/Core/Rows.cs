using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Core;

/// <summary>A wallet with its available bucket (number 0) inline: a payment changes exactly this row of payer and payee.</summary>
public record struct WalletRow
{
    public long Id;
    /// <summary>Version of the available bucket: +1 for every entry that touches it (state changes and openings too). 0: not stored yet.</summary>
    public long Version;
    /// <summary>Available fen.</summary>
    public long Balance;
    /// <summary>The last entry that touched the available bucket.</summary>
    public long LastSeq;
    /// <summary>Fen used against the day limit of <see cref="LimitDay"/> (days since 1970-01-01, UTC+8 calendar date).</summary>
    public long DayUsed;
    /// <summary>Fen used against the year limit of <see cref="LimitYear"/> (UTC+8).</summary>
    public long YearUsed;
    public int LimitDay;
    public short LimitYear;
    public WalletClass Class;
    public WalletState State;
    /// <summary>Institution id of its operator (pooled string). Fixed at opening, as is the district: later values are not stored.</summary>
    public string Operator;
    /// <summary>District code, or "" (pooled string).</summary>
    public string District;
}

/// <summary>A bucket other than the available one: held money (1), purpose-bound money (from 2 on), or the term of the wallet's state (−1, never with money).</summary>
public record struct BucketRow
{
    public BucketId Id;
    public long Version;
    public long Balance;
    public long LastSeq;
    /// <summary>Unix microseconds, 0: never.</summary>
    public long ExpiresAtMicros;
    /// <summary>Wallet to which the rest returns (purpose-bound), or the state that follows the term.</summary>
    public long ReturnTo;
}

/// <summary>A remembered attempt. Its details are its journal entries Seq … Seq + Legs − 1.</summary>
public record struct NumberRow(TransferId Id, long Fingerprint, long Seq, short Legs, EntryKind Kind, DeclineCode Code);

/// <summary>A claimed or closed once-key.</summary>
public record struct OnceRow(OnceKey Key, TransferId ClaimedBy, bool Closed);

public enum HoldState : byte { Open = 1, Posted = 2, Voided = 3, Expired = 4 }

/// <summary>A hold. Resolved exactly once: posted (at most <see cref="Amount"/>), voided or expired.</summary>
public record struct HoldRow
{
    public TransferId Id;
    public long Wallet;
    public long Amount;
    public long Posted;
    public HoldState State;
    /// <summary>Unix microseconds, 0: never.</summary>
    public long ExpiresAtMicros;
    /// <summary>What it consumed, to give back to the same day and year; day and year 0 where it consumes no limits.</summary>
    public int LimitDay;
    public short LimitYear;
}

/// <summary>How much of a payment was refunded so far (fen).</summary>
public record struct RefundRow(TransferId Payment, long Refunded);

/// <summary>A token with which a merchant's acquirer may charge a wallet. UsedDay/DayUsed count only where PerDay is set.</summary>
public record struct TokenRow
{
    public Guid Id;
    public long Wallet;
    public string MerchantNo;
    public long PerPayment;
    public long PerDay;
    public bool Revoked;
    public int UsedDay;
    public long DayUsed;
    public long Version;
}
