using System.Text.Json;
using System.Text.Json.Nodes;
using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary>
/// Makes the small city that sandbox.json describes, through the public API alone. All numbers are fixed: planting again finds what is there.
/// </summary>
public static class SandboxSeed
{
    // A service that has just started learns of institutions within a second or two; on a busy machine later.
    private static readonly ApiPatience Patient = new(Unknown: TimeSpan.FromSeconds(30), Refused: TimeSpan.FromSeconds(30));

    /// <summary>Opens and funds wallets, registers merchants with store and terminal, and describes it all.</summary>
    public static async Task<SandboxFile> Plant(LocalCity city, CancellationToken cancel)
    {
        SandboxFile sandbox = SandboxFile.Describe(city);
        using HttpClient http = ApiCaller.CreateHttp(64);
        using var acquirer = new ApiCaller(http, sandbox, SandboxInstitution.Acquirer, withOwnKey: true, Patient);
        using var operatorA = new ApiCaller(http, sandbox, SandboxPlan.Operators[0], withOwnKey: true, Patient);
        using var operatorB = new ApiCaller(http, sandbox, SandboxPlan.Operators[1], withOwnKey: true, Patient);
        ApiCaller[] operators = [operatorA, operatorB];

        Task<SandboxMerchant[]> merchants = Task.WhenAll(SandboxPlan.Merchants.Select((planned, index) => PlantMerchant(acquirer, operators[index % 2], planned, cancel)));
        Task<SandboxWallet[]> wallets = Task.WhenAll(operators.SelectMany(caller => SandboxPlan.Wallets.Select((planned, index) => PlantWallet(caller, planned, index, cancel))));
        // Both are waited for even when one fails: nothing may use a key that is gone.
        await Task.WhenAll(merchants, wallets);
        return sandbox with { Merchants = await merchants, Wallets = await wallets };
    }

    private static async Task<SandboxWallet> PlantWallet(ApiCaller caller, PlannedWallet planned, int index, CancellationToken cancel)
    {
        string institution = caller.Institution;
        string number = $"seed-{institution}-{index}";
        string holder = planned.Class == "IV" ? "phoneToken" : "personToken";
        JsonElement opened = await caller.Create(
            "wallets",
            "/v1/wallets",
            new JsonObject { ["requestNo"] = number, ["class"] = planned.Class, [holder] = $"{institution}-holder-{index}", ["district"] = $"D0{(index % 6) + 1}" },
            cancel);
        string walletId = opened.GetProperty("walletId").GetString()!;
        JsonElement funded = await caller.Create(
            "wallets",
            "/v1/exchanges",
            new JsonObject
            {
                ["requestNo"] = number, ["walletId"] = walletId, ["direction"] = "IN", ["amount"] = planned.FundedAmount, ["bankAccountToken"] = $"{institution}-bank-{index}",
            },
            cancel);
        string? status = funded.GetProperty("status").GetString();
        return status == "SETTLED"
            ? new SandboxWallet(walletId, institution, planned.Class)
            : throw new LocalException($"The sandbox wallet {walletId} could not be funded: {funded}");
    }

    private static async Task<SandboxMerchant> PlantMerchant(ApiCaller acquirer, ApiCaller caller, PlannedMerchant planned, CancellationToken cancel)
    {
        string number = $"seed-merchant-{planned.Scenario}";
        JsonElement opened = await caller.Create(
            "wallets",
            "/v1/wallets",
            new JsonObject { ["requestNo"] = number, ["class"] = "CORPORATE", ["organisationToken"] = $"organisation-{planned.Scenario}", ["district"] = planned.District },
            cancel);
        string walletId = opened.GetProperty("walletId").GetString()!;
        while ((await caller.Get("wallets", $"/v1/wallets/{walletId}", cancel)).GetProperty("status").GetString() != "NORMAL")
        {
            await Task.Delay(50, cancel);
        }

        string merchantNo = $"M-{planned.Scenario}";
        const string storeNo = "S1", terminalNo = "T1";
        (string Path, JsonObject Body)[] onboarding =
        [
            ("/v1/merchants", new JsonObject
            {
                ["requestNo"] = number, ["merchantNo"] = merchantNo, ["name"] = planned.Name, ["walletId"] = walletId, ["scenario"] = planned.Scenario,
                ["district"] = planned.District, ["mcc"] = planned.Mcc,
            }),
            ("/v1/stores", new JsonObject
            {
                ["requestNo"] = number, ["merchantNo"] = merchantNo, ["storeNo"] = storeNo, ["name"] = planned.Name, ["district"] = planned.District,
            }),
            ("/v1/terminals", new JsonObject
            {
                ["requestNo"] = number, ["merchantNo"] = merchantNo, ["storeNo"] = storeNo, ["terminalNo"] = terminalNo, ["type"] = "POS", ["serialNo"] = $"SN-{planned.Scenario}-1",
            }),
        ];
        foreach ((string path, JsonObject body) in onboarding)
        {
            await acquirer.Create("acquiring", path, body, cancel);
        }

        return new SandboxMerchant(merchantNo, acquirer.Institution, storeNo, terminalNo, planned.Scenario, planned.District, walletId, caller.Institution);
    }
}
