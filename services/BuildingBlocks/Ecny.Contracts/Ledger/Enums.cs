namespace Ecny.Contracts.Ledger;

/// <summary>Wallet classes (domain.md). Operator, Issuance and Suspense are the platform's own accounts.</summary>
public enum WalletClass : byte
{
    I = 1, II = 2, III = 3, IV = 4, Corporate = 5,
    /// <summary>An operator's exchange account: what it may still exchange into wallets (its quota).</summary>
    Operator = 10,
    /// <summary>The other side of all money in the shard; the only account whose balance is negative (or zero).</summary>
    Issuance = 11,
    /// <summary>An operator's suspense account: refunds whose payer's wallet is closed.</summary>
    Suspense = 12,
}

/// <summary>Wallet states (domain.md). A corporate wallet being verified is <see cref="Processing"/>: it neither pays nor receives.</summary>
public enum WalletState : byte
{
    Normal = 1, ReceiveOnly = 2, Frozen = 3, Lost = 4, DeepFrozen = 5, Closed = 6, Processing = 7, Rejected = 8,
}

/// <summary>What a journal entry records. Stored as a number: never renumber.</summary>
public enum EntryKind : byte
{
    Payment = 1, Refund = 2, Cancel = 3, Transfer = 4, ExchangeIn = 5, ExchangeOut = 6, Hold = 7, HoldPost = 8, HoldVoid = 9,
    HoldExpire = 10, WalletOpen = 11, WalletState = 12, Fund = 13, FundReturn = 14, Issue = 15, OnceClose = 16, Token = 17,
    TokenRevoke = 18, DayEnd = 19, Expire = 20, Genesis = 21, Group = 22,
}

/// <summary>Result code of an entry. 0 is success; the others are the decline codes of api.md. Stored as a number: never renumber.</summary>
public enum DeclineCode : byte
{
    None = 0, INSUFFICIENT_FUNDS = 1, LIMIT_PER_PAYMENT = 2, LIMIT_PER_DAY = 3, LIMIT_PER_YEAR = 4, BALANCE_CAP = 5, EXCHANGE_LIMIT = 6,
    WALLET_FROZEN = 7, WALLET_RECEIVE_ONLY = 8, WALLET_CLOSED = 9, PAYEE_NOT_ACCEPTING = 10, CONTRACT_NOT_APPLICABLE = 11, EXPIRED = 12,
    PAY_CODE_USED = 13, ALREADY_PAID = 14, ORDER_CLOSED = 15, ALREADY_CLAIMED = 16, BUDGET_EXHAUSTED = 17, REFUND_EXCEEDS = 18,
    HOLD_NOT_OPEN = 19, CANCELLED = 20, RISK_BLOCKED = 21, CHANNEL_CLOSED = 22,
}

/// <summary>What the ledger said about a command.</summary>
public enum OutcomeStatus : byte
{
    /// <summary>Final: money moved (or the thing asked for was done) and is durable.</summary>
    Settled = 1,
    /// <summary>Final and remembered: <see cref="LedgerOutcome.Code"/> says why.</summary>
    Declined = 2,
    /// <summary>Not known yet; ask by id until it is.</summary>
    Processing = 3,
    /// <summary>The number is known with other content. Nothing was done.</summary>
    NumberReused = 4,
    /// <summary>Names a thing that does not exist (see <see cref="LedgerOutcome.Refusal"/>). Nothing was done, nothing is remembered.</summary>
    Refused = 5,
    /// <summary>Refused before the queue: nothing was done. Repeat later.</summary>
    Overloaded = 6,
    /// <summary>Said only by the owner of the shard under its own epoch: this id was never decided.</summary>
    NotFound = 7,
    /// <summary>Nobody serves the shard at this moment, or it is changing hands: what became of the command is found by repeating it.</summary>
    Unavailable = 8,
}

/// <summary>Why a command was refused without being remembered: the field that names something unknown.</summary>
public enum Refusal : byte
{
    None = 0, PayerUnknown = 1, PayeeUnknown = 2, WalletUnknown = 3, PaymentUnknown = 4, HoldUnknown = 5, TokenUnknown = 6,
    WalletExists = 7, BucketUnknown = 8, NotAllowed = 9,
}
