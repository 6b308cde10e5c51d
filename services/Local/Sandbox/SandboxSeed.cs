using System.Text.Json;
using Ecny.Local.City;

namespace Ecny.Local.Sandbox;

/// <summary>
/// Makes the small city that sandbox.json describes, through the public API alone. All numbers are fixed: planting again finds what is there.
/// </summary>
public static class SandboxSeed
{
    /// <summary>Opens and funds wallets, registers merchants with store and terminal, and describes it all.</summary>
    public static async Task<SandboxFile> Plant(LocalCity city, CancellationToken cancel)
    {
        using ApiCaller acquirer = ApiCaller.For(city, SandboxInstitution.Acquirer);
        using ApiCaller operatorA = ApiCaller.For(city, SandboxPlan.Operators[0]);
        using ApiCaller operatorB = ApiCaller.For(city, SandboxPlan.Operators[1]);
        ApiCaller[] operators = [operatorA, operatorB];

        Task<SandboxMerchant[]> merchants = Task.WhenAll(SandboxPlan.Merchants.Select((planned, index) =>
            PlantMerchant(city, acquirer, operators[index % 2], SandboxPlan.Operators[index % 2], planned, cancel)));
        Task<SandboxWallet[]> wallets = Task.WhenAll(SandboxPlan.Operators.SelectMany((name, side) =>
            SandboxPlan.Wallets.Select((planned, index) => PlantWallet(city, operators[side], name, planned, index, cancel))));

        return new SandboxFile
        {
            Services = city.Services
                .Where(service => service.Name == service.Kind.Name())
                .ToDictionary(service => service.Name, service => service.Url.ToString().TrimEnd('/')),
            Institutions =
            [
                .. SandboxInstitution.Public.Select(institution =>
                    new SandboxKey(institution.Id, [institution.Role], institution.KeyId, "ecdsa-p256-sha256", institution.KeyFile)),
            ],
            Merchants = await merchants,
            Wallets = await wallets,
        };
    }

    private static async Task<SandboxWallet> PlantWallet(
        LocalCity city, ApiCaller caller, string institution, PlannedWallet planned, int index, CancellationToken cancel)
    {
        CityService service = city[ServiceKind.Wallets];
        string number = $"seed-{institution}-{index}";
        string holder = planned.Class == "IV" ? "phoneToken" : "personToken";
        JsonElement opened = await caller.Post(
            service,
            "/v1/wallets",
            new Dictionary<string, object> { ["requestNo"] = number, ["class"] = planned.Class, [holder] = $"{institution}-holder-{index}", ["district"] = $"D0{(index % 6) + 1}" },
            cancel);
        string walletId = opened.GetProperty("walletId").GetString()!;
        JsonElement funded = await caller.Post(
            service,
            "/v1/exchanges",
            new { requestNo = number, walletId, direction = "IN", amount = planned.FundedAmount, bankAccountToken = $"{institution}-bank-{index}" },
            cancel);
        string? status = funded.GetProperty("status").GetString();
        return status == "SETTLED"
            ? new SandboxWallet(walletId, institution, planned.Class)
            : throw new LocalException($"The sandbox wallet {walletId} could not be funded: {funded}");
    }

    private static async Task<SandboxMerchant> PlantMerchant(
        LocalCity city, ApiCaller acquirer, ApiCaller caller, string institution, PlannedMerchant planned, CancellationToken cancel)
    {
        CityService wallets = city[ServiceKind.Wallets];
        CityService acquiring = city[ServiceKind.Acquiring];
        string number = $"seed-merchant-{planned.Scenario}";
        JsonElement opened = await caller.Post(
            wallets,
            "/v1/wallets",
            new { requestNo = number, @class = "CORPORATE", organisationToken = $"organisation-{planned.Scenario}", district = planned.District },
            cancel);
        string walletId = opened.GetProperty("walletId").GetString()!;
        while ((await caller.Get(wallets, $"/v1/wallets/{walletId}", cancel)).GetProperty("status").GetString() != "NORMAL")
        {
            await Task.Delay(50, cancel);
        }

        string merchantNo = $"M-{planned.Scenario}";
        const string storeNo = "S1", terminalNo = "T1";
        await acquirer.Post(
            acquiring,
            "/v1/merchants",
            new { requestNo = number, merchantNo, name = planned.Name, walletId, scenario = planned.Scenario, district = planned.District, mcc = planned.Mcc },
            cancel);
        await acquirer.Post(acquiring, "/v1/stores", new { requestNo = number, merchantNo, storeNo, name = planned.Name, district = planned.District }, cancel);
        await acquirer.Post(acquiring, "/v1/terminals", new { requestNo = number, merchantNo, storeNo, terminalNo, type = "POS", serialNo = $"SN-{planned.Scenario}-1" }, cancel);
        return new SandboxMerchant(merchantNo, SandboxInstitution.Acquirer, storeNo, terminalNo, planned.Scenario, planned.District, walletId, institution);
    }
}
