namespace Ecny.Contracts.Ledger;

/// <summary>Lists in messages are kept as arrays: the serializer does not know the types that the compiler makes for collection expressions.</summary>
internal static class Listed
{
    public static T[] Of<T>(IReadOnlyList<T> list) => list as T[] ?? [.. list];
}
