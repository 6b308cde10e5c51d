using Ecny.Contracts.Ledger;

namespace Ecny.Clearing.Reconciliations;

/// <summary>A reconciliation as the API shows it.</summary>
public sealed record ReconciliationObject
{
    public required string ReconciliationNo { get; init; }
    public required string Institution { get; init; }
    public required string RequestNo { get; init; }
    public required DateOnly BusinessDate { get; init; }
    public required ReconciliationStatus Status { get; init; }
    /// <summary>Lines of the file but header and empty ones, bad ones included.</summary>
    public required long Lines { get; init; }
    /// <summary>Lines that were passed over; duplicates are found when the file is matched.</summary>
    public required long BadLines { get; init; }
    /// <summary>The books as they stood when the file was matched; absent until then.</summary>
    public IReadOnlyList<ShardSeq>? UpTo { get; init; }
    /// <summary>Numbers by verdict; absent until the file is matched.</summary>
    public VerdictCounts? Verdicts { get; init; }
    public required string CreatedAt { get; init; }
    public string? FinishedAt { get; init; }

    internal static ReconciliationObject Of(Reconciliation one) => new()
    {
        ReconciliationNo = one.No, Institution = one.Institution, RequestNo = one.RequestNo, BusinessDate = one.BusinessDate, Status = one.Status, Lines = one.Lines, BadLines = one.BadLines,
        UpTo = one.Status == ReconciliationStatus.DONE ? [.. one.UpTo.Select(place => new ShardSeq(place.Shard, place.Seq))] : null,
        Verdicts = one.Status == ReconciliationStatus.DONE ? VerdictCounts.Of(one.Verdicts) : null,
        CreatedAt = Dates.Text(one.CreatedAt), FinishedAt = one.FinishedAt is { } at ? Dates.Text(at) : null,
    };
}

/// <summary>Names an entry of the journal.</summary>
public sealed record ShardSeq(int Shard, long Seq);

/// <summary>How many numbers came out how; see <see cref="MatchVerdict"/>.</summary>
public sealed record VerdictCounts(long Same, long More, long Less, long AmountDiffers, long StateDiffers)
{
    internal static VerdictCounts Of(IReadOnlyDictionary<MatchVerdict, long> counts) => new(
        counts.GetValueOrDefault(MatchVerdict.SAME), counts.GetValueOrDefault(MatchVerdict.MORE), counts.GetValueOrDefault(MatchVerdict.LESS),
        counts.GetValueOrDefault(MatchVerdict.AMOUNT_DIFFERS), counts.GetValueOrDefault(MatchVerdict.STATE_DIFFERS));
}

/// <summary>A number on which file and books do not agree. Members of the side that does not know it are absent.</summary>
public sealed record DiscrepancyObject
{
    public required MatchVerdict Verdict { get; init; }
    /// <summary>PAYMENT, REFUND or CANCEL.</summary>
    public required string Type { get; init; }
    public required string Number { get; init; }
    /// <summary>Line of the file.</summary>
    public int? Line { get; init; }
    public string? TheirStatus { get; init; }
    /// <summary>Fen.</summary>
    public long? TheirAmount { get; init; }
    public string? OurStatus { get; init; }
    /// <summary>Fen, all legs; for a decline what was asked for.</summary>
    public long? OurAmount { get; init; }
    public string? DeclineCode { get; init; }
    /// <summary>The entry in the journal, the first of several legs.</summary>
    public int? Shard { get; init; }
    public long? Seq { get; init; }
    /// <summary>Of the entry; where there is none, of the line.</summary>
    public string? At { get; init; }
    /// <summary>Only they have it on this business day; the books have it on that one.</summary>
    public DateOnly? FoundOn { get; init; }

    internal const string Settled = "SETTLED", Declined = "DECLINED";

    internal static string StatusOf(bool settled) => settled ? Settled : Declined;

    internal static string? CodeOf(DeclineCode code) => code == Contracts.Ledger.DeclineCode.None ? null : code.ToString();
}
