using Ecny.Contracts.Ledger;
using Ecny.Ledger.Core;

namespace Ecny.Ledger.Store;

/// <summary>Rows that a batch needs and memory does not have.</summary>
public sealed class KeySet
{
    public HashSet<long> Wallets { get; } = [];
    public HashSet<BucketId> Buckets { get; } = [];
    public HashSet<TransferId> Numbers { get; } = [];
    public HashSet<OnceKey> Once { get; } = [];
    public HashSet<TransferId> Holds { get; } = [];
    public HashSet<TransferId> Refunds { get; } = [];
    public HashSet<Guid> Tokens { get; } = [];
    /// <summary>Transfers whose journal entries are needed (a refund needs its payment, a repetition its answer).</summary>
    public HashSet<TransferId> Transfers { get; } = [];

    public bool IsEmpty => Wallets.Count + Buckets.Count + Numbers.Count + Once.Count + Holds.Count + Refunds.Count + Tokens.Count + Transfers.Count == 0;

    public void Clear()
    {
        Wallets.Clear(); Buckets.Clear(); Numbers.Clear(); Once.Clear(); Holds.Clear(); Refunds.Clear(); Tokens.Clear(); Transfers.Clear();
    }
}

/// <summary>What the database holds of a <see cref="KeySet"/>; a key asked for and not in here does not exist.</summary>
public sealed class LoadedRows
{
    public List<WalletRow> Wallets { get; } = [];
    public List<BucketRow> Buckets { get; } = [];
    public List<NumberRow> Numbers { get; } = [];
    public List<OnceRow> Once { get; } = [];
    public List<HoldRow> Holds { get; } = [];
    public List<RefundRow> Refunds { get; } = [];
    public List<TokenRow> Tokens { get; } = [];
    /// <summary>All entries of the transfers asked for, ordered by Seq.</summary>
    public List<Entry> Entries { get; } = [];
}
