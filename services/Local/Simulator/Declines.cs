using Ecny.Contracts.Ledger;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Simulator;

/// <summary>
/// Every decline that the API can produce today, each brought about on purpose. Not among them: LIMIT_PER_YEAR (a class IV wallet reaches
/// its year's limit after ten days at its day's limit), EXCHANGE_LIMIT (an operator's whole quota), and codes of capabilities to come.
/// </summary>
internal sealed class Declines(SimulatedCity city)
{
    private readonly Random _random = new(7);
    private Resident _expiring = null!;
    private string _expiringCode = "";
    private DateTimeOffset _expiresAt;

    /// <summary>Codes this class brings about; EXPIRED needs a pay code of more than a minute ago.</summary>
    public static IReadOnlyList<DeclineCode> Codes { get; } =
    [
        DeclineCode.INSUFFICIENT_FUNDS, DeclineCode.LIMIT_PER_PAYMENT, DeclineCode.LIMIT_PER_DAY, DeclineCode.BALANCE_CAP, DeclineCode.WALLET_FROZEN,
        DeclineCode.WALLET_RECEIVE_ONLY, DeclineCode.WALLET_CLOSED, DeclineCode.PAYEE_NOT_ACCEPTING, DeclineCode.EXPIRED, DeclineCode.PAY_CODE_USED,
        DeclineCode.ALREADY_PAID, DeclineCode.ORDER_CLOSED, DeclineCode.REFUND_EXCEEDS, DeclineCode.CANCELLED,
    ];

    public async Task Prepare(CancellationToken stop)
    {
        _expiring = await city.Settle(city.Operators[0], WalletClass.II, 10_000, stop);
        _expiringCode = await city.PayCode(_expiring, null, stop);
        _expiresAt = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(62);
    }

    public async Task BringAbout(CancellationToken stop)
    {
        var shop = city.Merchant("S09", _random);
        await Limits(shop, stop);
        await States(shop, stop);
        await Once(shop, stop);
    }

    /// <summary>The pay code of the beginning, once its minute is over.</summary>
    public async Task LetExpire(CancellationToken stop)
    {
        if (DateTimeOffset.UtcNow is var now && now < _expiresAt) await Task.Delay(_expiresAt - now, stop);
        await city.Pay(city.Merchant("S09", _random), "PAY_CODE", _expiringCode, 100, stop);
    }

    private async Task Limits(SandboxMerchant shop, CancellationToken stop)
    {
        var student = await city.Settle(city.Operators[1], WalletClass.III, 1_900_000, stop);
        var token = await city.Token(student, shop, stop);
        await city.Pay(shop, "TOKEN", token, 500_001, stop);
        await city.Pay(shop, "TOKEN", token, 500_000, stop);
        await city.Pay(shop, "TOKEN", token, 500_000, stop);
        await city.Pay(shop, "TOKEN", token, 1, stop);
        await city.Exchange(student.WalletId, student.Operator, "IN", 1_200_000, stop);
        var poor = await city.Settle(city.Operators[0], WalletClass.IV, 100, stop);
        await city.Pay(shop, "PAY_CODE", await city.PayCode(poor, null, stop), 101, stop);
    }

    private async Task States(SandboxMerchant shop, CancellationToken stop)
    {
        var at = city.Operators[0];
        var friend = await city.Settle(at, WalletClass.II, 5_000, stop);
        foreach (var state in (string[])["FROZEN", "RECEIVE_ONLY"])
        {
            var resident = await city.Settle(at, WalletClass.II, 5_000, stop);
            var token = await city.Token(resident, shop, stop);
            await city.SetState(resident, state, stop);
            await city.Pay(shop, "TOKEN", token, 100, stop);
            if (state == "FROZEN") await city.Transfer(friend.WalletId, at, resident.WalletId, 100, "S09", stop);
        }
        var leaving = await city.Settle(at, WalletClass.II, 0, stop);
        var kept = await city.Token(leaving, shop, stop);
        await city.Close(leaving, stop);
        await city.Pay(shop, "TOKEN", kept, 100, stop);
    }

    private async Task Once(SandboxMerchant shop, CancellationToken stop)
    {
        var resident = await city.Settle(city.Operators[1], WalletClass.II, 50_000, stop);
        var code = await city.PayCode(resident, null, stop);
        var paid = await city.Pay(shop, "PAY_CODE", code, 1_000, stop);
        await city.Pay(shop, "PAY_CODE", code, 1_000, stop);
        await city.Refund(paid.Text("paymentNo"), 1_001, stop);

        var (order, merchantOrder) = await city.Order(shop, 700, "twice", stop);
        await city.PayOrder(resident, order, 700, stop);
        await city.Pay(shop, "PAY_CODE", await city.PayCode(resident, null, stop), 700, stop, orderNo: merchantOrder);

        var (closed, _) = await city.Order(shop, 800, "closed", stop);
        await city.CloseOrder(closed, stop);
        await city.PayOrder(resident, closed, 800, stop);

        var never = city.Number("p");
        await city.Cancel(never, stop);
        await city.Pay(shop, "PAY_CODE", await city.PayCode(resident, null, stop), 900, stop, requestNo: never);
    }
}
