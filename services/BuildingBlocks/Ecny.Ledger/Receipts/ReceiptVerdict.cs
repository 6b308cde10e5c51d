namespace Ecny.Ledger.Receipts;

/// <summary>What the verifier found. Valid only without a single reason against it.</summary>
public sealed record ReceiptVerdict(IReadOnlyList<string> Reasons, Receipt? Receipt)
{
    public bool Valid => Reasons.Count == 0;
}
