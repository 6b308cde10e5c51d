using Ecny.Contracts.Ledger;

namespace Ecny.Ledger.Audit;

/// <summary>What a client was told about a number.</summary>
public enum ClientAnswer
{
    Settled,
    Declined,
    /// <summary>No final answer: 202, a timeout, a lost connection.</summary>
    Unknown,
    /// <summary>Refused before the ledger (4xx that is no decline, 429): nothing may have been decided by this request.</summary>
    Refused,
}

/// <summary>One number of a client's own list.</summary>
/// <param name="Institution">Whose number.</param>
/// <param name="Kind">Number space.</param>
/// <param name="Number">The request's number.</param>
/// <param name="Amount">Fen; null where the request names none (cancel, wallet opening).</param>
/// <param name="Answer">The last answer seen.</param>
/// <param name="Code">For a decline.</param>
public readonly record struct ClientRecord(string Institution, NumberKind Kind, string Number, long? Amount, ClientAnswer Answer, DeclineCode Code = DeclineCode.None);
