namespace Ecny.Contracts.Ledger;

/// <summary>Public names of entry kinds: PAYMENT, EXCHANGE_IN, …</summary>
public static class EntryKinds
{
    private static readonly string[] Names = MakeNames();

    private static readonly Dictionary<string, EntryKind>.AlternateLookup<ReadOnlySpan<char>> Kinds =
        Enum.GetValues<EntryKind>().ToDictionary(kind => Names[(int)kind], StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Name(EntryKind kind) => Names[(int)kind];

    /// <summary>False for a kind that this build does not know.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out EntryKind kind) => Kinds.TryGetValue(name, out kind);

    private static string[] MakeNames()
    {
        var names = new string[256];
        foreach (var kind in Enum.GetValues<EntryKind>())
            names[(int)kind] = string.Concat(kind.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
        return names;
    }
}
