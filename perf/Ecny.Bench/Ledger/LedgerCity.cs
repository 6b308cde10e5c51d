using Ecny.Contracts.Ledger;
using Ecny.Ledger.Postgres;

namespace Ecny.Bench.Ledger;

/// <summary>The prepared ledger: how many wallets and numbers, which ids, how much money each wallet starts with.</summary>
internal sealed record LedgerCity(long Wallets, long Numbers)
{
    /// <summary>Fen in every wallet at the start: enough that the most frequent payer never runs dry.</summary>
    public const long OpeningBalance = 1_000_000_000;
    public const string Operator = "bench-operator";
    public const string Institution = "bench-acquirer";
    private const int Prefix = 101;
    private const long FirstSerial = 100;

    public static long Issuance => WalletNumber.Compose(WalletNumber.PlatformPrefix, 0);

    /// <summary>Id of the wallet with an index of 0 … Wallets − 1.</summary>
    public static long WalletAt(long index) => WalletNumber.Compose(Prefix, FirstSerial + index);

    /// <summary>Written into the database when preparation is complete.</summary>
    public string Marker => $"schema {LedgerMigrations.Fingerprint()}: {Wallets} wallets, {Numbers} numbers";
}
