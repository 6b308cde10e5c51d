using System.Globalization;
using Ecny.Bench.Load;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Postgres;

namespace Ecny.Bench.CatchUp;

/// <summary>The city whose journal is caught up with: persons of all classes at two operators, corporate merchants, three acquirers.</summary>
internal sealed record LifeCity(long Entries)
{
    public const long Persons = 100_000, Merchants = 5_000;
    public const int Districts = 10, Operators = 2, Acquirers = 3;
    // Raised whenever the same city would become another journal.
    private const int Edition = 1;
    private const int FirstPrefix = 101;
    private const long FirstSerial = 100;
    private static readonly Scatter Order = new(Persons);
    private static readonly WalletClass[] Ordinary = [WalletClass.I, WalletClass.II, WalletClass.III, WalletClass.IV];

    /// <summary>Written into the database when the preparation is complete.</summary>
    public string Marker => string.Create(CultureInfo.InvariantCulture, $"schema {LedgerMigrations.Fingerprint()}: catch-up {Edition}, {Entries} entries");

    public static long Issuance => WalletNumber.Compose(WalletNumber.PlatformPrefix, 0);

    public static long Account(int operatorIndex) => WalletNumber.Compose(FirstPrefix + operatorIndex, 0);

    public static string Operator(int index) => index == 0 ? "sandbox-operator-a" : "sandbox-operator-b";

    public static string Acquirer(long merchant) => merchant % Acquirers == 0 ? "sandbox-acquirer" : string.Create(CultureInfo.InvariantCulture, $"bench-acquirer-{merchant % Acquirers}");

    public static string District(long index) => string.Create(CultureInfo.InvariantCulture, $"3205{index % Districts + 5:00}");

    /// <summary>A person's wallet by how often it pays: rank 0 pays most. Neighbours in rank are not neighbours in number.</summary>
    public static Holder Person(long rank)
    {
        var operatorIndex = (int)(rank % Operators);
        // Who pays thousands of times a day has an account without limits.
        var walletClass = rank < Persons / 10 ? WalletClass.I : Ordinary[rank / Operators % Ordinary.Length];
        return new Holder(WalletNumber.Compose(FirstPrefix + operatorIndex, FirstSerial + Order.Of(rank)), walletClass, operatorIndex, District(rank / 7));
    }

    public static Holder Merchant(long index)
    {
        var operatorIndex = (int)(index % Operators);
        return new Holder(WalletNumber.Compose(FirstPrefix + operatorIndex, FirstSerial + Persons + index), WalletClass.Corporate, operatorIndex, District(index));
    }

    /// <summary>What a wallet starts with, fen: below its class' cap.</summary>
    public static long Opening(WalletClass walletClass) => walletClass switch
    {
        WalletClass.I => 10_000_000_000,
        WalletClass.II => 10_000_000,
        WalletClass.III => 1_000_000,
        WalletClass.IV => 400_000,
        _ => 0,
    };
}

/// <summary>A wallet as it is opened.</summary>
internal readonly record struct Holder(long Wallet, WalletClass Class, int Operator, string District);
