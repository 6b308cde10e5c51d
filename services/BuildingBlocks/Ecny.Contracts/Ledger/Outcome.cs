namespace Ecny.Contracts.Ledger;

/// <summary>One bucket's share of a payment. <see cref="Bucket"/> 0 is AVAILABLE, from 2 on a contract's money.</summary>
[GenerateSerializer, Immutable, Alias("ecny.Part")]
public sealed record Part([property: Id(0)] int Bucket, [property: Id(1)] long Amount);

/// <summary>
/// The ledger's answer. For <see cref="OutcomeStatus.Settled"/> and <see cref="OutcomeStatus.Declined"/> it is durable and final,
/// and (shard, seq) names the first journal entry of the transfer for ever.
/// </summary>
[GenerateSerializer, Immutable, Alias("ecny.LedgerOutcome")]
public sealed record LedgerOutcome
{
    [Id(0)] public required TransferId Id { get; init; }
    [Id(1)] public required OutcomeStatus Status { get; init; }
    [Id(2)] public DeclineCode Code { get; init; }
    [Id(3)] public Refusal Refusal { get; init; }
    [Id(4)] public int Shard { get; init; }
    [Id(5)] public long Seq { get; init; }
    /// <summary>Unix time in microseconds, the shard's clock.</summary>
    [Id(6)] public long AtMicros { get; init; }
    /// <summary>Business date in UTC+8.</summary>
    [Id(7)] public DateOnly BusinessDate { get; init; }
    /// <summary>Fen. What moved, or what was asked for and declined.</summary>
    [Id(8)] public long Amount { get; init; }
    [Id(9)] public EntryKind Kind { get; init; }
    /// <summary>From which buckets a payment was paid; empty when all of it came from the available money.</summary>
    [Id(10)] public IReadOnlyList<Part> Parts { get; init => field = Listed.Of(value); } = [];
    /// <summary>True when the number was known already and this is the remembered answer.</summary>
    [Id(11)] public bool Replayed { get; init; }
    /// <summary>Fen refunded so far, this answer included (payments, refunds, cancels).</summary>
    [Id(12)] public long RefundedTotal { get; init; }
    /// <summary>Outcomes of a group's members, in their order; empty otherwise and on repetition (ask by the members' ids).</summary>
    [Id(13)] public IReadOnlyList<LedgerOutcome> Members { get; init => field = Listed.Of(value); } = [];
}

/// <summary>What the ledger remembers of an attempt: its outcome, who asked, and the context it was given.</summary>
[GenerateSerializer, Immutable, Alias("ecny.LedgerRecord")]
public sealed record LedgerRecord
{
    [Id(0)] public required LedgerOutcome Outcome { get; init; }
    [Id(1)] public required string Institution { get; init; }
    [Id(2)] public required string Number { get; init; }
    /// <summary>Wallet debited and credited (0 where none).</summary>
    [Id(3)] public long DebitWallet { get; init; }
    [Id(4)] public long CreditWallet { get; init; }
    /// <summary>Compact JSON (see <see cref="EntryContext"/>).</summary>
    [Id(5)] public required string Context { get; init; }
}

/// <summary>How a once-key stands: null when open.</summary>
[GenerateSerializer, Immutable, Alias("ecny.OnceClaim")]
public sealed record OnceClaim([property: Id(0)] TransferId ClaimedBy, [property: Id(1)] bool Closed);

/// <summary>A wallet as the owner of its shard sees it: every answered command is in it.</summary>
[GenerateSerializer, Immutable, Alias("ecny.WalletSnapshot")]
public sealed record WalletSnapshot
{
    [Id(0)] public required long Wallet { get; init; }
    [Id(1)] public required WalletClass Class { get; init; }
    /// <summary>The state last set; see <see cref="StateAt"/> for the one in force.</summary>
    [Id(2)] public required WalletState State { get; init; }
    /// <summary>Institution id of the operator that opened it.</summary>
    [Id(3)] public required string Operator { get; init; }
    [Id(4)] public long Available { get; init; }
    [Id(5)] public long Held { get; init; }
    /// <summary>Purpose-bound funds: bucket number and fen.</summary>
    [Id(6)] public IReadOnlyList<Part> Bound { get; init => field = Listed.Of(value); } = [];
    [Id(7)] public int Shard { get; init; }
    [Id(8)] public long AsOfSeq { get; init; }
    /// <summary>Last entry that touched the available money; the chain of entries starts here.</summary>
    [Id(9)] public long LastSeq { get; init; }
    [Id(10)] public string District { get; init; } = "";
    /// <summary>Unix microseconds at which <see cref="State"/> ends; 0: it has no end.</summary>
    [Id(11)] public long StateExpiresAtMicros { get; init; }
    /// <summary>The state in force after <see cref="StateExpiresAtMicros"/>.</summary>
    [Id(12)] public WalletState StateAfter { get; init; }

    /// <summary>The state in force at a time (Unix microseconds).</summary>
    public WalletState StateAt(long micros) => StateExpiresAtMicros != 0 && micros >= StateExpiresAtMicros ? StateAfter : State;
}
