using Ecny.Ledger.Core;

namespace Ecny.Ledger.Store;

/// <summary>A changed row and the version the database must still hold (0: the row must not exist).</summary>
public readonly record struct Change<TRow>(TRow Row, long ExpectedVersion);

/// <summary>
/// Everything one commit writes. The store applies all of it or nothing, and only if the shard's epoch and sequence, the clock
/// and every expected version are what the batch was decided on (architecture §3).
/// </summary>
public sealed class CommitBatch
{
    public required int Shard { get; init; }
    public required long Epoch { get; init; }
    /// <summary>The shard's last sequence before this batch.</summary>
    public required long PrevSeq { get; init; }
    /// <summary>True when it was decided on numbers or once-keys being new that nobody looked up: <see cref="CommitResult.Taken"/> is then no fault.</summary>
    public bool Assumes { get; init; }
    /// <summary>Head after this batch (seq, at, business date, day totals, chain hash).</summary>
    public ShardHead Head { get; set; } = null!;
    /// <summary>In order of Seq, PrevSeq + 1 … Head.Seq.</summary>
    public List<Entry> Entries { get; } = [];
    public List<NumberRow> Numbers { get; } = [];
    public List<OnceRow> Once { get; } = [];
    public List<Change<WalletRow>> Wallets { get; } = [];
    public List<Change<BucketRow>> Buckets { get; } = [];
    /// <summary>ExpectedVersion: 0 for a new hold, 1 for one that is open in the database and resolved by this batch.</summary>
    public List<Change<HoldRow>> Holds { get; } = [];
    /// <summary>ExpectedVersion: fen refunded before this batch (0: no row yet).</summary>
    public List<Change<RefundRow>> Refunds { get; } = [];
    public List<Change<TokenRow>> Tokens { get; } = [];
}

/// <summary>Where a shard stands. Kept in its one row, updated by every commit.</summary>
public sealed record ShardHead
{
    public required int Shard { get; init; }
    public required long Epoch { get; init; }
    public required string Owner { get; init; }
    public required long Seq { get; init; }
    /// <summary>Unix microseconds of the last entry.</summary>
    public required long AtMicros { get; init; }
    public required DateOnly BusinessDate { get; init; }
    /// <summary>Entries and moved fen of the open business date, DAY_END itself excluded; what DAY_END will say.</summary>
    public required long DayCount { get; init; }
    public required long DaySum { get; init; }
    /// <summary>SHA-256 chain over all entries of the shard up to Seq (32 bytes); see <c>EntryHash</c>.</summary>
    public required byte[] Chain { get; init; }
}

public enum CommitResult
{
    Committed,
    /// <summary>Another epoch owns the shard: stop, drop the cache, let the owner serve. Nothing was written.</summary>
    Fenced,
    /// <summary>A row was not what the batch was decided on. Nothing was written.</summary>
    Mismatch,
    /// <summary>A number or a once-key is there already. Nothing was written.</summary>
    Taken,
    /// <summary>The connection failed or was silent too long, or the standby's acknowledgement was cancelled: written or not. Use the barrier.</summary>
    Unknown,
}

/// <summary>Result of a commit; <see cref="DatabaseMicros"/> is the database's clock at the commit (0 when unknown).</summary>
public readonly record struct CommitAnswer(CommitResult Result, long DatabaseMicros, string? Detail);
