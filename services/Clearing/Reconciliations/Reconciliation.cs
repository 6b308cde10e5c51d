using System.Text.Json.Serialization;
using Ecny.Contracts.Json;

namespace Ecny.Clearing.Reconciliations;

/// <summary>Where a reconciliation stands.</summary>
[JsonConverter(typeof(StrictEnumConverter<ReconciliationStatus>))]
public enum ReconciliationStatus : short
{
    /// <summary>The file is kept; the books are on their way to where the journal stood when it came.</summary>
    RECEIVED = 1,
    MATCHING = 2,
    DONE = 3,
    /// <summary>It could not be matched; the platform's fault. Send it again under another number.</summary>
    FAILED = 4,
}

/// <summary>What came of one number (对账结果). "Moved" is: settled, with more than 0 fen.</summary>
[JsonConverter(typeof(StrictEnumConverter<MatchVerdict>))]
public enum MatchVerdict : short
{
    /// <summary>Both settled the same amount, or neither moved anything.</summary>
    SAME = 1,
    /// <summary>Only we have it (长款 of the platform): it moved, and their file does not name it.</summary>
    MORE = 2,
    /// <summary>Only they have it: they say that it moved, and on this day the journal does not know the number.</summary>
    LESS = 3,
    /// <summary>Both settled, different amounts.</summary>
    AMOUNT_DIFFERS = 4,
    /// <summary>They say settled and we declined, or they say declined and we settled.</summary>
    STATE_DIFFERS = 5,
}

/// <summary>Why a line was passed over.</summary>
[JsonConverter(typeof(StrictEnumConverter<BadLineReason>))]
public enum BadLineReason : short
{
    /// <summary>Longer than 4 096 bytes.</summary>
    TOO_LONG = 1,
    /// <summary>Not a line of CSV, or not a JSON object.</summary>
    MALFORMED = 2,
    /// <summary>More or fewer fields than the header has, or an unknown or missing member.</summary>
    COLUMNS = 3,
    /// <summary>Not PAYMENT, REFUND or CANCEL.</summary>
    TYPE = 4,
    /// <summary>Not 1 to 64 of [A-Za-z0-9_-].</summary>
    NUMBER = 5,
    /// <summary>Not an integer of fen from 0 to 10^15.</summary>
    AMOUNT = 6,
    /// <summary>Not SETTLED or DECLINED.</summary>
    STATUS = 7,
    /// <summary>Not an RFC 3339 time with an offset.</summary>
    TIME = 8,
    /// <summary>The file names this number of this type before.</summary>
    DUPLICATE = 9,
}

/// <summary>A line of the file that was passed over; lines count from 1, the header included.</summary>
public sealed record BadLine(int Line, BadLineReason Reason);

/// <summary>A reconciliation as it is stored. Table <c>clearing.reconciliation</c>.</summary>
internal sealed record Reconciliation
{
    public required long Id { get; init; }
    public required string No { get; init; }
    public required string Institution { get; init; }
    public required string RequestNo { get; init; }
    public required byte[] Digest { get; init; }
    public required DateOnly BusinessDate { get; init; }
    public required ReconciliationStatus Status { get; init; }
    /// <summary>Where the books stood when it was matched.</summary>
    public required IReadOnlyList<(int Shard, long Seq)> UpTo { get; init; }
    public required long Lines { get; init; }
    public required long BadLines { get; init; }
    /// <summary>By verdict; empty until it is done.</summary>
    public required IReadOnlyDictionary<MatchVerdict, long> Verdicts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The table of its good lines, until they are matched.</summary>
    public static string LinesOf(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"clearing.lines_{id}");
}
