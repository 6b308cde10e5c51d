namespace Ecny.Ledger.Receipts;

/// <summary>Which private parts of an entry somebody may see; the others go out as hashes.</summary>
[Flags]
public enum ReceiptParts
{
    None = 0,
    Context = 1 << LeafPart.Context,
    Debit = 1 << LeafPart.Debit,
    DebitState = 1 << LeafPart.DebitState,
    Credit = 1 << LeafPart.Credit,
    CreditState = 1 << LeafPart.CreditState,
    All = Context | Debit | DebitState | Credit | CreditState,
}
