using Ecny.Clearing.Books;

namespace Ecny.Clearing.Comparisons;

/// <summary>The books at one moment and what the journal's own sums say about exactly that.</summary>
/// <param name="BeganAt">Timestamp of the clock that the comparison uses.</param>
/// <param name="From">Nothing before this date changed since the comparison before.</param>
/// <param name="Results">One for each date; null where the comparison did not get that far.</param>
internal sealed record Compared(long BeganAt, DateOnly From, BookSnapshot Books, IReadOnlyList<Comparison>? Results);
