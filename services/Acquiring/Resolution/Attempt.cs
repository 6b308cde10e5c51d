using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Resolution;

/// <summary>An attempt whose outcome was not known when it was answered: what is needed to ask the ledger until it is.</summary>
public sealed record Attempt
{
    public required TransferId Id { get; init; }
    public required EntryKind Kind { get; init; }
    public required string Institution { get; init; }
    public required string Number { get; init; }
    public required long Fingerprint { get; init; }
    /// <summary>Fen.</summary>
    public required long Amount { get; init; }
    /// <summary>Unix microseconds: from then on the ledger declines the attempt for good if it never saw it.</summary>
    public required long NotAfterMicros { get; init; }
    public required string Context { get; init; }

    public static Attempt Of(LedgerCommand command, EntryKind kind, long amount) => new()
    {
        Id = command.Id,
        Kind = kind,
        Institution = command.Institution,
        Number = command.Number,
        Fingerprint = command.Fingerprint,
        Amount = amount,
        NotAfterMicros = command.NotAfterMicros,
        Context = command.Context,
    };

    public ResolveCommand Question() => new()
    {
        Id = Id,
        Institution = Institution,
        Number = Number,
        Fingerprint = Fingerprint,
        NotAfterMicros = NotAfterMicros,
        Context = Context,
        Kind = Kind,
        Amount = Amount,
    };
}
