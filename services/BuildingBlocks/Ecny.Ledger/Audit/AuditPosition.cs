using Ecny.Ledger.Core;

namespace Ecny.Ledger.Audit;

/// <summary>How far a journal was found right, and what the next entry is held against.</summary>
public sealed record AuditPosition
{
    public required int Shard { get; init; }
    public required long Seq { get; init; }
    public required long Epoch { get; init; }
    /// <summary>Unix microseconds of the last entry.</summary>
    public required long AtMicros { get; init; }
    /// <summary>The open business date; null before the first entry.</summary>
    public required DateOnly? BusinessDate { get; init; }
    /// <summary>Entries and moved fen of the open business date.</summary>
    public required long DayCount { get; init; }
    public required long DaySum { get; init; }
    public required byte[] Chain { get; init; }

    public static AuditPosition Start(int shard) => new()
    {
        Shard = shard, Seq = 0, Epoch = 0, AtMicros = 0, BusinessDate = null, DayCount = 0, DaySum = 0, Chain = EntryHash.Genesis,
    };
}
