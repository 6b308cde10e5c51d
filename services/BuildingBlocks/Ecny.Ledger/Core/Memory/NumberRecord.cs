namespace Ecny.Ledger.Core;

/// <summary>What memory knows of an attempt: its number row and, when at hand, its journal entries.</summary>
internal sealed class NumberRecord : CachedRow<NumberRow>
{
    public Entry[]? Entries;
}
