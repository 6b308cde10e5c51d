using Ecny.Bench.Load;
using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Bench.Risk;

/// <summary>
/// The journal of a hundredth of a city of ten million wallets, with as many entries a wallet and day as all of it (8.6 at 10 a second of event time): six in ten are payments to Zipf-distributed merchants, the rest transfers, nearly
/// all between wallets that know each other, one in twenty to a stranger. The same index gives the same entry.
/// </summary>
internal sealed class RiskCity(long wallets, long merchants)
{
    private const long PerSecond = 10;
    private const long Micros = 1_000_000;
    private const int Friends = 8;
    private static readonly long Start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * Micros;
    private readonly Zipf _popularity = new(merchants);
    private readonly Scatter _scatter = new(wallets);

    public RiskEntry Entry(long index)
    {
        var dice = Mix((ulong)index);
        var isPayment = dice % 10 < 6;
        var payer = (long)(Mix(dice) % (ulong)wallets);
        var payee = isPayment ? wallets + _popularity.Rank((Mix(dice + 1) >> 11) * (1.0 / (1UL << 53)))
            : dice / 10 % 20 == 0 ? (long)(Mix(dice + 2) % (ulong)wallets)
            : _scatter.Of((payer + 1 + (long)(Mix(dice + 3) % Friends) * 7_919) % wallets);
        if (payee == payer) payee = (payee + 1) % wallets;
        var at = Start + index * Micros / PerSecond;
        return new RiskEntry
        {
            Shard = 0,
            Seq = index + 1,
            Transfer = new Guid((int)index, (short)(index >> 32), 0, 0, 0, 0, 0, 0, 0, 0, 0),
            Kind = isPayment ? EntryKind.Payment : EntryKind.Transfer,
            Amount = 100 + (long)(Mix(dice + 4) % 300_000),
            Debit = 1 + payer,
            Credit = 1 + payee,
            BusinessDate = DateOnly.FromDateTime(DateTime.UnixEpoch.AddTicks((at + 8 * 3_600 * Micros) * TimeSpan.TicksPerMicrosecond)),
            AtMicros = at,
            DebitClass = WalletClass.III,
            CreditClass = isPayment ? WalletClass.Corporate : WalletClass.III,
            DebitBalance = -1,
        };
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
