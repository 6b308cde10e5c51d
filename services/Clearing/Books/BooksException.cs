namespace Ecny.Clearing.Books;

/// <summary>An entry that must not be booked by this build. The consumer halts before it.</summary>
#pragma warning disable CA1032 // Without a sentence it would say nothing.
public sealed class BooksException(string message) : Exception(message);
#pragma warning restore CA1032
