using Ecny.Contracts.Ledger;

namespace Ecny.Wallets.Journal;

/// <summary>Public names of entry kinds: PAYMENT, EXCHANGE_IN, …</summary>
public static class JournalWords
{
    public static string Of(EntryKind kind) => EntryKinds.Name(kind);
}
