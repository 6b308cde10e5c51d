using Ecny.Contracts.Ledger;

namespace Ecny.Messaging;

/// <summary>
/// A journal entry as the world sees it: what <c>GET /v1/journal</c> answers and what the ledger's topic carries. (Shard, Seq) names it for ever.
/// Amounts are fen. Fields that this build does not know are passed over.
/// </summary>
public sealed class LedgerEntryFact
{
    public int Shard { get; internal set; }
    /// <summary>From 1, without gaps.</summary>
    public long Seq { get; internal set; }
    public long Epoch { get; internal set; }
    public TransferId Transfer { get; internal set; }
    /// <summary>0-based leg within the transfer.</summary>
    public int Leg { get; internal set; }
    /// <summary>Whose number it is, and the number.</summary>
    public string Institution { get; internal set; } = "";
    public string Number { get; internal set; } = "";
    /// <summary>0 for a kind that this build does not know; see <see cref="KindName"/>.</summary>
    public EntryKind Kind { get; internal set; }
    public string KindName { get; internal set; } = "";
    public TransferId? Group { get; internal set; }
    /// <summary>The payment of a refund, the hold of a posting.</summary>
    public TransferId? Original { get; internal set; }
    /// <summary>Wallet 0: none.</summary>
    public LedgerSide Debit { get; internal set; }
    public LedgerSide Credit { get; internal set; }
    /// <summary>For a decline what was asked for.</summary>
    public long Amount { get; internal set; }
    /// <summary>Null: it was done; else the decline's code, and nothing moved.</summary>
    public string? DeclineCode { get; internal set; }
    /// <summary>The shard's clock: never goes back along Seq.</summary>
    public DateTimeOffset At { get; internal set; }
    /// <summary>UTC+8; never decreases along Seq.</summary>
    public DateOnly BusinessDate { get; internal set; }
    public string? TraceParent { get; internal set; }
    public LedgerContext Context { get; internal set; } = LedgerContext.Empty;
    /// <summary>The context to the byte as the ledger wrote it: the journal's chain of hashes covers it.</summary>
    public ReadOnlyMemory<byte> ContextJson { get; internal set; }

    public bool Settled => DeclineCode is null;

    public override string ToString() => $"({Shard}, {Seq}) {KindName} {Amount}";
}

/// <summary>One side of an entry: the bucket, its version and balance (fen) after, and the entry that touched it before (0: none). Version 0: nothing moved.</summary>
public readonly record struct LedgerSide(long Wallet, int Bucket, long Version, long Balance, long PrevSeq)
{
    public bool Exists => Wallet != 0;

    /// <summary>The wallet as the API writes it: 16 digits.</summary>
    public string WalletId => Wallet.ToString("D16", System.Globalization.CultureInfo.InvariantCulture);
}
