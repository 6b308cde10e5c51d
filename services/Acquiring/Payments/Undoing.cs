using Ecny.Contracts.Ledger;

namespace Ecny.Acquiring.Payments;

/// <summary>The context of a refund or cancel: where the payment was made, so that no consumer has to look it up, and which it was.</summary>
public static class Undoing
{
    public static EntryContext Context(LedgerRecord? payment, TransferId original, string acquirer, string? reason)
    {
        var made = payment is null ? new EntryContext() : EntryContext.Parse(payment.Context);
        return new EntryContext
        {
            Scenario = made.Scenario,
            Method = made.Method,
            Acquirer = acquirer,
            Merchant = made.Merchant,
            Store = made.Store,
            Terminal = made.Terminal,
            Channel = made.Channel,
            Order = made.Order,
            MerchantDistrict = made.MerchantDistrict,
            // Whoever is told of a payment is told what is given back of it.
            NotifyUrl = made.NotifyUrl,
            Original = original.ToString(),
            Reason = reason,
        };
    }
}
