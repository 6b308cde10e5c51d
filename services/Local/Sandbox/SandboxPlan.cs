using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary>What the small city consists of. Every number follows from the plan, so that planting it again changes nothing.</summary>
internal static class SandboxPlan
{
    public static IReadOnlyList<string> Operators { get; } = [SandboxInstitution.OperatorA, SandboxInstitution.OperatorB];

    /// <summary>One merchant for each scenario, spread over six districts; the corporate wallets alternate between the operators.</summary>
    public static IReadOnlyList<PlannedMerchant> Merchants { get; } =
    [
        new("S01", "Lakeside Works canteen", "D01", "5812"),
        new("S02", "City Federation of Trade Unions", "D02", "8641"),
        new("S03", "Eastern University", "D03", "8220"),
        new("S04", "First People's Hospital", "D02", "8062"),
        new("S05", "City Metro", "D01", "4111"),
        new("S06", "City Water and Power", "D04", "4900"),
        new("S07", "Canal Street Online", "D05", "5399"),
        new("S08", "District Treasury counter", "D02", "9399"),
        new("S09", "Old Town Supermarket", "D01", "5411"),
        new("S10", "Post Office, Station Road", "D06", "9402"),
        new("S11", "Garden Museum", "D01", "7991"),
        new("S12", "Tax Service Hall", "D02", "9311"),
        new("S13", "Riverside Seed and Feed", "D06", "5261"),
        new("S14", "City Charity Federation", "D04", "8398"),
        new("S15", "Golden Mall", "D05", "5311"),
        new("S16", "Science Park Incubator", "D03", "7372"),
    ];

    /// <summary>The ten wallets of each operator; what is put in stays far below the class's balance cap.</summary>
    public static IReadOnlyList<PlannedWallet> Wallets { get; } =
    [
        .. Enumerable.Repeat(new PlannedWallet("I", 10_000_000), 4),
        .. Enumerable.Repeat(new PlannedWallet("II", 2_000_000), 3),
        .. Enumerable.Repeat(new PlannedWallet("III", 500_000), 2),
        new PlannedWallet("IV", 100_000),
    ];
}

/// <param name="Scenario">S01 … S16.</param>
/// <param name="Name">Shown to people.</param>
/// <param name="District">Code of a district of the sandbox city.</param>
/// <param name="Mcc">Merchant category code.</param>
internal sealed record PlannedMerchant(string Scenario, string Name, string District, string Mcc);

/// <param name="Class">I … IV.</param>
/// <param name="FundedAmount">Exchanged in, in fen.</param>
internal sealed record PlannedWallet(string Class, long FundedAmount);
