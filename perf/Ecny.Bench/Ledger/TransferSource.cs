using System.Globalization;
using Ecny.Bench.Load;
using Ecny.Contracts.Ledger;

namespace Ecny.Bench.Ledger;

/// <summary>
/// Makes transfers: payer and payee by Zipf 1.0, ranks scattered over the ids, two different permutations (who pays most is not who is paid most). One instance
/// for each submitting task.
/// </summary>
internal sealed class TransferSource(LedgerCity city, string run, int lane)
{
    private const string Context = """{"scenario":"S12","method":"TRANSFER","channel":"APP","device":"d-5f1e0c"}""";
    private static readonly long Deadline = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds() * 1000;
    private readonly Zipf zipf = new(city.Wallets);
    private readonly Scatter scatter = new(city.Wallets);
    private readonly Random random = new(HashCode.Combine(lane, 77));
    private long count;

    public LedgerCommand Next()
    {
        var payer = scatter.Of(zipf.Rank(random.NextDouble()) - 1);
        // A different permutation for payees: the same one, mirrored.
        var payee = city.Wallets - 1 - scatter.Of(zipf.Rank(random.NextDouble()) - 1);
        if (payer == payee) payee = (payee + 1) % city.Wallets;
        var number = string.Create(CultureInfo.InvariantCulture, $"{run}-{lane}-{count++}");
        var amount = random.NextInt64(1, 101);
        var (from, to) = (LedgerCity.WalletAt(payer), LedgerCity.WalletAt(payee));
        return new TransferCommand
        {
            Id = TransferId.Of(LedgerCity.Institution, NumberKind.Transfer, number), Institution = LedgerCity.Institution, Number = number,
            Fingerprint = from ^ to << 20 ^ amount, NotAfterMicros = Deadline, Context = Context, From = from, To = to, Amount = amount,
        };
    }
}
