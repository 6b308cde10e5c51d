using Ecny.Contracts.Ledger;

namespace Ecny.Clearing.Books;

/// <summary>Where the books of a shard stand: all that the next entry needs from those before it. Table <c>clearing.shard</c>.</summary>
internal sealed record ShardState
{
    public required int Shard { get; init; }
    /// <summary>The last entry in the books; 0: none.</summary>
    public long Seq { get; set; }
    /// <summary>Its business date.</summary>
    public DateOnly Date { get; set; }
    /// <summary>That date has its DAY_END: nothing of it may follow.</summary>
    public bool Ended { get; set; }
    /// <summary>Entries of the date so far, DAY_END not counted.</summary>
    public long DayCount { get; set; }
    /// <summary>Fen that moved on the date so far.</summary>
    public long DayMoved { get; set; }
    public EntryKind LastKind { get; set; }
    /// <summary>The journal's chain of hashes after <see cref="Seq"/>; null: not known since an entry was passed by quarantine.</summary>
    public byte[]? Chain { get; set; } = DayChain.Genesis;

    public bool IsNew => Seq == 0;
}
