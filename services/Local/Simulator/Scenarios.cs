using Ecny.Contracts.Ledger;
using Ecny.Local.Sandbox;

namespace Ecny.Local.Simulator;

/// <summary>One thing that happens in a scenario, with how often it does (relative) and its usual amounts (fen).</summary>
internal sealed record Activity(string Scenario, int Weight, long Least, long Most, Func<SimulatedCity, Resident, SandboxMerchant, long, Random, CancellationToken, Task> Happen);

/// <summary>The sixteen scenarios as far as payments, orders, refunds and transfers express them (scenarios.md).</summary>
internal static class Scenarios
{
    public static readonly IReadOnlyList<Activity> All =
    [
        new("S01", 4, 300_000, 1_500_000, PayOut),
        new("S02", 3, 500, 5_000, PayOrder),
        new("S03", 10, 300, 3_000, PayByCode),
        new("S04", 6, 2_000, 60_000, HospitalVisit),
        new("S05", 18, 200, 1_200, PayByToken),
        new("S06", 6, 3_000, 40_000, PayOrder),
        new("S07", 10, 1_000, 80_000, ShopOnline),
        new("S08", 2, 100_000, 5_000_000, PayOut),
        new("S09", 18, 300, 30_000, Retail),
        new("S10", 3, 800, 8_000, Parcel),
        new("S11", 4, 3_000, 20_000, Ticket),
        new("S12", 2, 5_000, 150_000, PayOrder),
        new("S13", 2, 500_000, 3_000_000, PayOut),
        new("S14", 3, 100, 10_000, Donate),
        new("S15", 5, 500, 5_000, PayOut),
        new("S16", 2, 1_000_000, 8_000_000, PayOut),
    ];

    /// <summary>From the scenario's corporate wallet to a resident (payroll, treasury, loans, subsidies, escrow).</summary>
    private static async Task PayOut(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop) =>
        await city.Transfer(merchant.WalletId, city.OperatorOf(merchant.Operator), resident.WalletId, amount, merchant.Scenario, stop);

    private static async Task PayByCode(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop) =>
        await city.Pay(merchant, "PAY_CODE", await city.PayCode(resident, null, stop), amount, stop);

    private static async Task PayByToken(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop) =>
        await city.Pay(merchant, "TOKEN", await city.Token(resident, merchant, stop), amount, stop);

    private static async Task PayOrder(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        var (order, _) = await city.Order(merchant, amount, "bill", stop);
        await city.PayOrder(resident, order, amount, stop);
    }

    /// <summary>A deposit, settled by giving the rest back.</summary>
    private static async Task HospitalVisit(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        var (order, _) = await city.Order(merchant, amount, "visit", stop);
        var paid = await city.PayOrder(resident, order, amount, stop);
        if (paid.IsSettled) await city.Refund(paid.Text("paymentNo"), Math.Max(1, amount * random.Next(1, 60) / 100), stop);
    }

    private static async Task ShopOnline(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        var paid = await city.Pay(merchant, "TOKEN", await city.Token(resident, merchant, stop), amount, stop, orderNo: city.Number("o"));
        if (!paid.IsSettled || random.Next(5) > 0) return;
        var part = Math.Max(1, amount / 3);
        await city.Refund(paid.Text("paymentNo"), part, stop);
        if (random.Next(2) == 0 && amount > part) await city.Refund(paid.Text("paymentNo"), amount - part, stop);
    }

    private static async Task Retail(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        if (random.Next(2) == 0) await city.Scan(resident, await city.StaticCode(merchant, stop), amount, stop);
        else await PayByCode(city, resident, merchant, amount, random, stop);
    }

    /// <summary>Posted, sometimes taken back before dispatch.</summary>
    private static async Task Parcel(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        var number = city.Number("p");
        var paid = await city.Pay(merchant, "PAY_CODE", await city.PayCode(resident, amount, stop), amount, stop, requestNo: number);
        if (paid.IsSettled && random.Next(4) == 0) await city.Cancel(number, stop);
    }

    /// <summary>Some tickets are given back for less than was paid.</summary>
    private static async Task Ticket(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop)
    {
        var (order, _) = await city.Order(merchant, amount, "ticket", stop);
        var paid = await city.PayOrder(resident, order, amount, stop);
        if (paid.IsSettled && random.Next(4) == 0) await city.Refund(paid.Text("paymentNo"), Math.Max(1, amount * 8 / 10), stop);
    }

    private static async Task Donate(SimulatedCity city, Resident resident, SandboxMerchant merchant, long amount, Random random, CancellationToken stop) =>
        await city.Scan(resident, await city.StaticCode(merchant, stop), amount, stop);
}
