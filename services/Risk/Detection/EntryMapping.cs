using Ecny.Contracts.Ledger;
using Ecny.Messaging;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Detection;

/// <summary>From the journal's entries to what the rules look at.</summary>
internal static class EntryMapping
{
    /// <summary>Null for an entry that tells the rules nothing: a decline, or a kind that moves no money (or that this build does not know).</summary>
    /// <exception cref="InvalidDataException">The entry moved money and does not say between whom: it cannot be taken.</exception>
    public static RiskEntry? Of(LedgerEntryFact entry)
    {
        if (!entry.Settled || entry.Kind is not (EntryKind.Payment or EntryKind.Transfer or EntryKind.ExchangeIn or EntryKind.ExchangeOut or EntryKind.HoldPost)) return null;
        if (entry.Amount <= 0) throw new InvalidDataException($"The amount {entry.Amount} moves no money.");
        if (!entry.Debit.Exists || !entry.Credit.Exists) throw new InvalidDataException("A side is missing.");
        return new RiskEntry
        {
            Shard = entry.Shard, Seq = entry.Seq, Transfer = entry.Transfer.Value, Kind = entry.Kind, Amount = entry.Amount, Debit = entry.Debit.Wallet, Credit = entry.Credit.Wallet,
            BusinessDate = entry.BusinessDate, AtMicros = Micros(entry.At), DebitClass = ClassOf(entry.Context.PayerClass), CreditClass = ClassOf(entry.Context.PayeeClass),
            Scenario = entry.Context.Scenario, Merchant = entry.Context.Merchant, District = entry.Context.MerchantDistrict ?? entry.Context.PayerDistrict,
            DebitBalance = entry.Debit.Bucket == BucketId.Available ? entry.Debit.Balance : -1,
        };
    }

    public static long Micros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static WalletClass ClassOf(string? word) => word switch
    {
        "I" => WalletClass.I,
        "II" => WalletClass.II,
        "III" => WalletClass.III,
        "IV" => WalletClass.IV,
        "CORPORATE" => WalletClass.Corporate,
        "OPERATOR" => WalletClass.Operator,
        "ISSUANCE" => WalletClass.Issuance,
        "SUSPENSE" => WalletClass.Suspense,
        _ => throw new InvalidDataException($"\"{word}\" is no class of a wallet."),
    };
}
