using Ecny.Contracts.Errors;
using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Payments;

/// <summary>A request that was read, checked and mapped to what the ledger is asked.</summary>
public sealed record PreparedPayment
{
    public required PaymentCommand Command { get; init; }
    public required EntryContext Context { get; init; }
    public required PaymentMethod Method { get; init; }
    /// <summary>The field that named the payer, for the refusal of an unknown one.</summary>
    public required string PayerField { get; init; }
    /// <summary>
    /// A reason to refuse that may have come up after a first attempt with this number (the merchant was suspended): it holds only if the ledger
    /// does not know the number.
    /// </summary>
    public ApiException? Objection { get; init; }
}
