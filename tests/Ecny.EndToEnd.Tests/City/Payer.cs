using System.Net;
using Ecny.Local.City;
using Ecny.Local.Sandbox;

namespace Ecny.EndToEnd.Tests.City;

/// <summary>A new wallet with money and a token for one merchant: what a test needs to pay.</summary>
public sealed class Payer
{
    private readonly SharedCity _city;
    private readonly SandboxMerchant _merchant;

    private Payer(SharedCity city, string walletId, string token) =>
        (_city, _merchant, WalletId, Token, Acquirer, Operator) =
            (city, city.Sandbox.Merchants[0], walletId, token, city.As(SandboxInstitution.Acquirer), city.As(SandboxInstitution.OperatorA));

    public string WalletId { get; }
    public string Token { get; }
    public CityCaller Acquirer { get; }
    public CityCaller Operator { get; }

    /// <param name="city">A running city.</param>
    /// <param name="fen">What is put into the wallet.</param>
    public static async Task<Payer> Create(SharedCity city, long fen)
    {
        var caller = city.As(SandboxInstitution.OperatorA);
        var opened = await caller.Post(ServiceKind.Wallets, "/v1/wallets", new Dictionary<string, string> { ["requestNo"] = Number(), ["class"] = "I", ["personToken"] = Number() });
        var walletId = opened["walletId"];
        var filled = await caller.Post(ServiceKind.Wallets, "/v1/exchanges", new { requestNo = Number(), walletId, direction = "IN", amount = fen, bankAccountToken = "bank" });
        Assert.Equal("SETTLED", filled["status"]);
        var token = await caller.Post(ServiceKind.Wallets, $"/v1/wallets/{walletId}/tokens", new { requestNo = Number(), merchantNo = city.Sandbox.Merchants[0].MerchantNo });
        return new Payer(city, walletId, token["token"]);
    }

    public static string Number() => $"n-{Guid.NewGuid():N}";

    public object Payment(long amount, string requestNo) => new { requestNo, merchantNo = _merchant.MerchantNo, amount, method = "TOKEN", payer = new { token = Token } };

    public Task<CityAnswer> Pay(long amount, string? requestNo = null) => Acquirer.Post(ServiceKind.Acquiring, "/v1/payments", Payment(amount, requestNo ?? Number()));

    public async Task<long> Balance()
    {
        var answer = await Operator.Get(ServiceKind.Wallets, $"/v1/wallets/{WalletId}/balance");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.GetProperty("availableAmount").GetInt64();
    }
}
