namespace Ecny.Clearing.Books;

/// <summary>What a batch adds to a business day of a shard.</summary>
internal sealed class DayChange(DateOnly date, long firstSeq)
{
    private readonly List<string> faults = [];

    public DateOnly Date => date;
    /// <summary>Used when the day is new.</summary>
    public long FirstSeq => firstSeq;
    public long LastSeq { get; set; }
    public long Count { get; set; }
    /// <summary>Fen of every entry, declines too.</summary>
    public decimal Amount { get; set; }
    /// <summary>Fen that moved.</summary>
    public long Moved { get; set; }
    public long? EndSeq { get; set; }
    public string? Fault => faults.Count == 0 ? null : string.Join("; ", faults);

    public void AddFault(FormattableString sentence) => faults.Add(FormattableString.Invariant(sentence));
}
