namespace Ecny.Ledger.Audit;

/// <summary>Client's history against the journal.</summary>
public sealed record HistoryVerdict
{
    public required int Records { get; init; }
    public required int Settled { get; init; }
    /// <summary>Fen of <see cref="Settled"/>, by the client and by the journal alike when the verdict is good.</summary>
    public required long ClientAmount { get; init; }
    public required long JournalAmount { get; init; }
    public required int Declined { get; init; }
    /// <summary>What became of the unknown: settled, declined, never decided.</summary>
    public required int UnknownSettled { get; init; }
    public required int UnknownDeclined { get; init; }
    public required int UnknownNever { get; init; }
    /// <summary>Transfers of the client's institutions that its list does not name.</summary>
    public required int NotListed { get; init; }
    /// <summary>Contradictions, at most the first hundred; <see cref="ProblemCount"/> counts all.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
    public required int ProblemCount { get; init; }

    public bool AddsUp => ProblemCount == 0;
}
