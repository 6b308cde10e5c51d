using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Journal;

/// <summary>Public names of entry kinds: PAYMENT, EXCHANGE_IN, …</summary>
public static class JournalWords
{
    private static readonly string[] Words = MakeWords();

    public static string Of(EntryKind kind) => Words[(int)kind];

    private static string[] MakeWords()
    {
        var words = new string[256];
        foreach (var kind in Enum.GetValues<EntryKind>())
            words[(int)kind] = string.Concat(kind.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
        return words;
    }
}
