using System.Text.Json.Serialization;
using Ecny.Contracts.Json;

namespace Ecny.Clearing.BusinessDays;

/// <summary>Where a business day stands.</summary>
[JsonConverter(typeof(StrictEnumConverter<DayStatus>))]
public enum DayStatus
{
    /// <summary>No shard has ended it.</summary>
    OPEN = 1,
    /// <summary>Ended by some shards, or by all and not yet compared to its end.</summary>
    CLOSING = 2,
    /// <summary>Ended by all shards and compared to its end.</summary>
    CLOSED = 3,
}

/// <summary>A business day (营业日), UTC+8.</summary>
public sealed record BusinessDayObject
{
    public required DateOnly Date { get; init; }
    public required DayStatus Status { get; init; }
    /// <summary>Settled transfers of the institution that asks, or of all.</summary>
    public required IReadOnlyList<DayTotal> Totals { get; init; }
    /// <summary>Every entry.</summary>
    public required IReadOnlyList<DayJournal> Journal { get; init; }
    /// <summary>SAME, or what differs.</summary>
    public required string Verdict { get; init; }
}

/// <summary>A business day in a list.</summary>
public sealed record BusinessDaySummary(DateOnly Date, DayStatus Status, IReadOnlyList<DayJournal> Journal, string Verdict);

/// <summary>Settled transfers of one kind under the numbers of one institution.</summary>
/// <param name="Count">Transfers; one of several legs counts once for each kind among them.</param>
/// <param name="Amount">Fen that moved, all legs together. 0 for kinds that move nothing, such as WALLET_OPEN.</param>
public sealed record DayTotal(string Institution, string Kind, long Count, long Amount);

/// <summary>All entries of a shard on the day but DAY_END: lastSeq − firstSeq + 1 = count, unless entries were passed by quarantine, which the verdict names.</summary>
/// <param name="Amount">Fen that the entries name, those of declines (what was asked for) included.</param>
public sealed record DayJournal(int Shard, long FirstSeq, long LastSeq, long Count, decimal Amount);

/// <summary>A page of a list.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor);
