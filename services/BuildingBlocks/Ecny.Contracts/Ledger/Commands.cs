namespace Ecny.Contracts.Ledger;

/// <summary>
/// Something the ledger is asked to do. It carries everything needed to decide: the ledger asks nobody.
/// Deciding is by <see cref="Id"/>: the same id with the same <see cref="Fingerprint"/> gets the same answer for ever.
/// </summary>
[GenerateSerializer, Immutable]
public abstract record LedgerCommand
{
    [Id(0)] public required TransferId Id { get; init; }
    /// <summary>Whose number it is.</summary>
    [Id(1)] public required string Institution { get; init; }
    [Id(2)] public required string Number { get; init; }
    /// <summary>Of the request's content; see <see cref="Hashing.Fingerprint"/>.</summary>
    [Id(3)] public required long Fingerprint { get; init; }
    /// <summary>Unix microseconds. After it, by the shard's clock, the command is declined EXPIRED.</summary>
    [Id(4)] public required long NotAfterMicros { get; init; }
    /// <summary>Compact JSON, see <see cref="EntryContext"/>.</summary>
    [Id(5)] public string Context { get; init; } = "";
    /// <summary>W3C traceparent, only when the request is sampled.</summary>
    [Id(6)] public string? TraceParent { get; init; }
    /// <summary>Keys that this command claims when it succeeds (an order, a pay code); all must be open.</summary>
    [Id(7)] public IReadOnlyList<OnceKey> Once { get; init => field = Listed.Of(value); } = [];
    /// <summary>Bulk work (batch rows, expiry) fills at most 30 % of a batch.</summary>
    [Id(8)] public bool Bulk { get; init; }

    /// <summary>
    /// Adds the wallets and earlier transfers this command names. When a command must wait for the next batch, later ones that name the same wait
    /// behind it, so that a wallet's commands are decided in the order they came.
    /// </summary>
    public virtual void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) { }
}

/// <summary>Pay a payee from a wallet, a pay code or a token. Consumes limits; purpose-bound buckets first, the balance tops up.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Payment")]
public sealed record PaymentCommand : LedgerCommand
{
    /// <summary>Payer's wallet; 0 when <see cref="Token"/> names the payer.</summary>
    [Id(0)] public long Payer { get; init; }
    /// <summary>Id of a token issued by <see cref="TokenCommand"/>; its merchant and caps are checked.</summary>
    [Id(1)] public Guid? Token { get; init; }
    [Id(2)] public required long Payee { get; init; }
    /// <summary>Fen, 1 … 10^15.</summary>
    [Id(3)] public required long Amount { get; init; }
    /// <summary>The merchant a token must have been issued for.</summary>
    [Id(4)] public string MerchantNo { get; init; } = "";
    /// <summary>Unix microseconds after which the order paid is closed (ORDER_CLOSED); 0 for none.</summary>
    [Id(5)] public long OrderExpiresAtMicros { get; init; }
    /// <summary>Unix microseconds after which the pay code is void (EXPIRED); 0 for none.</summary>
    [Id(6)] public long PayCodeExpiresAtMicros { get; init; }
    /// <summary>Cap the holder put on the pay code, fen; 0 for none. Above it: LIMIT_PER_PAYMENT.</summary>
    [Id(7)] public long PayCodeMaxAmount { get; init; }
    /// <summary>Purpose-bound buckets of the payer that apply to this payment, in order of use, with the most each may give (fen).</summary>
    [Id(8)] public IReadOnlyList<Part> Bound { get; init => field = Listed.Of(value); } = [];

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        if (Payer != 0) wallets.Add(Payer);
        wallets.Add(Payee);
    }
}

/// <summary>Wallet to wallet. Consumes the payer's limits, respects the payee's balance cap.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Transfer")]
public sealed record TransferCommand : LedgerCommand
{
    [Id(0)] public required long From { get; init; }
    [Id(1)] public required long To { get; init; }
    [Id(2)] public required long Amount { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        wallets.Add(From);
        wallets.Add(To);
    }
}

/// <summary>
/// Between an operator's exchange account and a wallet (兑出 IN, 兑回 OUT). Payment limits do not apply; the balance cap does on IN.
/// An exhausted operator's account declines EXCHANGE_LIMIT.
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.Exchange")]
public sealed record ExchangeCommand : LedgerCommand
{
    [Id(0)] public required long OperatorAccount { get; init; }
    [Id(1)] public required long Wallet { get; init; }
    [Id(2)] public required long Amount { get; init; }
    /// <summary>True: into the wallet.</summary>
    [Id(3)] public required bool In { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        wallets.Add(OperatorAccount);
        wallets.Add(Wallet);
    }
}

/// <summary>Set money aside (available → held of the same wallet). Consumes limits.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Hold")]
public sealed record HoldCommand : LedgerCommand
{
    [Id(0)] public required long Wallet { get; init; }
    [Id(1)] public required long Amount { get; init; }
    /// <summary>Unix microseconds at which the rest goes back by itself; 0: never.</summary>
    [Id(2)] public long ExpiresAtMicros { get; init; }
    /// <summary>False for holds that are no spending (exchange out): limits stay untouched.</summary>
    [Id(3)] public bool ConsumesLimits { get; init; } = true;

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => wallets.Add(Wallet);
}

/// <summary>Pay out of a hold, once, at most what is held; the rest is released.</summary>
[GenerateSerializer, Immutable, Alias("ecny.HoldPost")]
public sealed record HoldPostCommand : LedgerCommand
{
    [Id(0)] public required TransferId Hold { get; init; }
    [Id(1)] public required long Payee { get; init; }
    [Id(2)] public required long Amount { get; init; }
    /// <summary>How the posting is booked: <see cref="EntryKind.HoldPost"/>, or ExchangeOut where the hold was one.</summary>
    [Id(3)] public EntryKind BookAs { get; init; } = EntryKind.HoldPost;

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        wallets.Add(Payee);
        transfers.Add(Hold);
    }
}

/// <summary>Release a hold; <see cref="Expiry"/> when its time came (the shard does that by itself). Limits go back to the day and year they came from.</summary>
[GenerateSerializer, Immutable, Alias("ecny.HoldVoid")]
public sealed record HoldVoidCommand : LedgerCommand
{
    [Id(0)] public required TransferId Hold { get; init; }
    [Id(1)] public bool Expiry { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => transfers.Add(Hold);
}

/// <summary>Give back part or all of a settled payment, to the buckets it came from; at most what was captured (REFUND_EXCEEDS).</summary>
[GenerateSerializer, Immutable, Alias("ecny.Refund")]
public sealed record RefundCommand : LedgerCommand
{
    [Id(0)] public required TransferId Payment { get; init; }
    [Id(1)] public required long Amount { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => transfers.Add(Payment);
}

/// <summary>
/// Undo an attempt by its number: what settled is refunded in full (booked as Refund), what was never seen is kept from ever
/// settling: a decline CANCELLED is written under its id for whatever content.
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.Cancel")]
public sealed record CancelCommand : LedgerCommand
{
    [Id(0)] public required TransferId Original { get; init; }
    [Id(1)] public required string OriginalNumber { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => transfers.Add(Original);
}

/// <summary>Close a once-key (an order): a tombstone, unless it was claimed before, which settles too with nothing done.</summary>
[GenerateSerializer, Immutable, Alias("ecny.OnceClose")]
public sealed record OnceCloseCommand : LedgerCommand
{
    [Id(0)] public required OnceKey Key { get; init; }
}

/// <summary>Open a wallet with balance 0.</summary>
[GenerateSerializer, Immutable, Alias("ecny.WalletOpen")]
public sealed record WalletOpenCommand : LedgerCommand
{
    [Id(0)] public required long Wallet { get; init; }
    [Id(1)] public required WalletClass Class { get; init; }
    [Id(2)] public WalletState State { get; init; } = WalletState.Normal;
    [Id(3)] public required string Operator { get; init; }
    [Id(4)] public string District { get; init; } = "";

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => wallets.Add(Wallet);
}

/// <summary>
/// Change a wallet's state, for good or for a term (RECEIVE_ONLY, FROZEN and LOST only). Closing a wallet that still holds money is refused (Refusal.NotAllowed).
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.WalletState")]
public sealed record WalletStateCommand : LedgerCommand
{
    [Id(0)] public required long Wallet { get; init; }
    [Id(1)] public required WalletState State { get; init; }
    /// <summary>Unix microseconds. From then on, by the shard's clock, the wallet is again in the state that it had for good before; 0: until the next change.</summary>
    [Id(2)] public long ExpiresAtMicros { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => wallets.Add(Wallet);
}

/// <summary>Issue (or revoke) a token with which one merchant's acquirer may charge a wallet (子钱包快付).</summary>
[GenerateSerializer, Immutable, Alias("ecny.Token")]
public sealed record TokenCommand : LedgerCommand
{
    [Id(0)] public required Guid Token { get; init; }
    [Id(1)] public required long Wallet { get; init; }
    [Id(2)] public required string MerchantNo { get; init; }
    /// <summary>Fen, 0 for no cap.</summary>
    [Id(3)] public long PerPayment { get; init; }
    /// <summary>Fen a calendar day UTC+8, 0 for no cap.</summary>
    [Id(4)] public long PerDay { get; init; }
    [Id(5)] public bool Revoke { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => wallets.Add(Wallet);
}

/// <summary>Put purpose-bound money into a bucket of a wallet (created by the first funding). Not spending: no limits, no balance cap.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Fund")]
public sealed record FundCommand : LedgerCommand
{
    [Id(0)] public required long Funder { get; init; }
    [Id(1)] public required BucketId Bucket { get; init; }
    [Id(2)] public required long Amount { get; init; }
    /// <summary>Unix microseconds; afterwards the rest returns. 0: never.</summary>
    [Id(3)] public long ExpiresAtMicros { get; init; }
    /// <summary>Where the rest, and refunds after expiry, go.</summary>
    [Id(4)] public required long ReturnTo { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        wallets.Add(Funder);
        wallets.Add(Bucket.Wallet);
    }
}

/// <summary>Return what is left in a purpose-bound bucket after its expiry to its return-to wallet (收回).</summary>
[GenerateSerializer, Immutable, Alias("ecny.FundReturn")]
public sealed record FundReturnCommand : LedgerCommand
{
    [Id(0)] public required BucketId Bucket { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers) => wallets.Add(Bucket.Wallet);
}

/// <summary>Create money: from the issuance account to an operator's exchange account (its quota).</summary>
[GenerateSerializer, Immutable, Alias("ecny.Issue")]
public sealed record IssueCommand : LedgerCommand
{
    [Id(0)] public required long Issuance { get; init; }
    [Id(1)] public required long OperatorAccount { get; init; }
    [Id(2)] public required long Amount { get; init; }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        wallets.Add(Issuance);
        wallets.Add(OperatorAccount);
    }
}

/// <summary>
/// End the uncertainty about an id: its remembered result, or, when <see cref="LedgerCommand.NotAfterMicros"/> has passed, DECLINED
/// (EXPIRED, or <see cref="Code"/>) for good; before that, PROCESSING. The command's Id, Institution, Number and Fingerprint are those of the attempt.
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.Resolve")]
public sealed record ResolveCommand : LedgerCommand
{
    [Id(0)] public EntryKind Kind { get; init; } = EntryKind.Payment;
    [Id(1)] public long Amount { get; init; }
    /// <summary>Why it will never settle, where that is known (a bank said no).</summary>
    [Id(2)] public DeclineCode Code { get; init; } = DeclineCode.EXPIRED;
    /// <summary>The wallets that the attempt named, for the entry of its decline; 0 where that is not known.</summary>
    [Id(3)] public long DebitWallet { get; init; }
    [Id(4)] public long CreditWallet { get; init; }
}

/// <summary>Several transfers that happen together or not at all (profit share, double-leg exchange). Each keeps its own id; a decline declines all with its code.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Group")]
public sealed record GroupCommand : LedgerCommand
{
    /// <summary>1 … 64 commands that move money.</summary>
    [Id(0)] public required IReadOnlyList<LedgerCommand> Members { get; init => field = Listed.Of(value); }

    public override void CollectNamed(ICollection<long> wallets, ICollection<TransferId> transfers)
    {
        foreach (var member in Members)
        {
            transfers.Add(member.Id);
            member.CollectNamed(wallets, transfers);
        }
    }
}
