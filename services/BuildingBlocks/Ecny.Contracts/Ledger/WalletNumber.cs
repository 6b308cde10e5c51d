using System.Globalization;

namespace Ecny.Contracts.Ledger;

/// <summary>
/// Wallet ids: 16 digits, `OOO NNNNNNNNNNNN C`: operator prefix (100–999), serial, Luhn check digit (domain.md, assumed).
/// Inside the platform a wallet id is the 64-bit integer of those digits.
/// </summary>
public static class WalletNumber
{
    public const long SerialsPerOperator = 1_000_000_000_000;

    /// <summary>Wallets of the platform itself (issuance, suspense) carry the prefix 100.</summary>
    public const int PlatformPrefix = 100;

    public static long Compose(int prefix, long serial)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefix, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, 999);
        ArgumentOutOfRangeException.ThrowIfNegative(serial);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(serial, SerialsPerOperator);
        var body = prefix * SerialsPerOperator + serial;
        return body * 10 + CheckDigit(body);
    }

    public static int PrefixOf(long wallet) => (int)(wallet / (SerialsPerOperator * 10));

    public static string Text(long wallet) => wallet.ToString("D16", CultureInfo.InvariantCulture);

    /// <summary>False for anything that is not 16 digits with a right check digit.</summary>
    public static bool TryParse(string? text, out long wallet)
    {
        wallet = 0;
        if (text is not { Length: 16 }) return false;
        foreach (var c in text) if (!char.IsAsciiDigit(c)) return false;
        var value = long.Parse(text, CultureInfo.InvariantCulture);
        if (value % 10 != CheckDigit(value / 10)) return false;
        wallet = value;
        return true;
    }

    private static int CheckDigit(long body)
    {
        var sum = 0;
        for (var doubled = true; body > 0; body /= 10, doubled = !doubled)
        {
            var digit = (int)(body % 10) * (doubled ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return (10 - sum % 10) % 10;
    }
}
