using Ecny.Clearing.Books;

namespace Ecny.Clearing.Reconciliations;

/// <summary>A good line of an acquirer's file.</summary>
/// <param name="Settled">False: declined.</param>
/// <param name="Amount">Fen.</param>
/// <param name="At">Theirs; shown, not compared.</param>
internal readonly record struct StatementLine(AttemptType Type, string Number, bool Settled, long Amount, DateTimeOffset? At);

/// <summary>Reads a file line by line, whatever is in it. Lines and memory are bounded; a line is good or has a reason.</summary>
internal interface IStatementFormat
{
    /// <summary>Takes the header line.</summary>
    /// <returns>False: this format has none, the line is a line like the others.</returns>
    /// <exception cref="Contracts.Errors.ApiException">The header is wrong.</exception>
    bool TakeHeader(ReadOnlySpan<byte> line);

    /// <summary>Null: the line is good.</summary>
    BadLineReason? Parse(ReadOnlySpan<byte> line, out StatementLine parsed);
}
