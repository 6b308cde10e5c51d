using System.Text;
using Ecny.Bench.Http;
using Ecny.Bench.Report;
using Ecny.Client;

namespace Ecny.Bench.Payments;

/// <summary>
/// Opens and funds wallets, registers merchants and issues tokens, all through the API: payers at operator A (class I: no limits), merchants' wallets at operator B.
/// </summary>
internal sealed class CitySetup(Uri wallets, SignedHttpClient acquirer, SessionSigner operatorA, SessionSigner operatorB)
{
    private const int Payers = 20_000, Merchants = 1_000, HotPayers = 5_000;
    private const long FundedFen = 100_000_000;
    private const int Connections = 256, OwnKeyConnections = 16;

    public static string Description => $"{Payers} payers, {Merchants} merchants";

    public async Task<City> Run(CancellationToken stop)
    {
        Progress.Say($"opening and funding {Payers} wallets, registering {Merchants} merchants");
        var payers = new string[Payers];
        Count(wallets, Payers, 2,
            (i, step) => step == 0
                ? new SetupCall(0, operatorA, "/v1/wallets", $$"""{"requestNo":"bench-w{{i}}","class":"I","personToken":"bench-person-{{i}}"}""")
                : new SetupCall(0, operatorA, "/v1/exchanges", $$"""{"requestNo":"bench-x{{i}}","walletId":"{{payers[i]}}","direction":"IN","amount":{{FundedFen}},"bankAccountToken":"bench-bank-{{i}}"}"""),
            (i, step, answer) =>
            {
                if (step == 0) payers[i] = answer.GetProperty("walletId").GetString()!;
            });

        var payees = new string[Merchants];
        Count(wallets, Merchants, 1,
            (i, _) => new SetupCall(0, operatorB, "/v1/wallets", $$"""{"requestNo":"bench-m{{i}}","class":"I","personToken":"bench-merchant-{{i}}"}"""),
            (i, _, answer) => payees[i] = answer.GetProperty("walletId").GetString()!);
        // Merchants take the acquirer's own key, no session.
        await Parallel.ForAsync(0, Merchants, new ParallelOptions { MaxDegreeOfParallelism = OwnKeyConnections, CancellationToken = stop }, async (i, cancel) =>
        {
            var merchant = $$"""{"requestNo":"bench-m{{i}}","merchantNo":"B{{i}}","name":"Merchant {{i}}","walletId":"{{payees[i]}}","scenario":"S09","district":"320505"}""";
            using var answer = await acquirer.Send(HttpMethod.Post, "/v1/merchants", Encoding.UTF8.GetBytes(merchant), cancel);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"Merchant B{i} was not registered: {await answer.Content.ReadAsStringAsync(cancel)}");
        });

        Progress.Say($"issuing {Payers + HotPayers} tokens");
        var tokens = new string[Payers + HotPayers];
        Count(wallets, tokens.Length, 1,
            (i, _) => new SetupCall(0, operatorA, $"/v1/wallets/{payers[i % Payers]}/tokens", $$"""{"requestNo":"bench-t{{i}}","merchantNo":"B{{MerchantOf(i)}}"}"""),
            (i, _, answer) => tokens[i] = answer.GetProperty("token").GetString()!);

        return new City
        {
            Merchants = [.. Enumerable.Range(0, Merchants).Select(i => Encoding.ASCII.GetBytes($"B{i}"))],
            Tokens = [.. Enumerable.Range(0, Payers).Select(i => (Encoding.ASCII.GetBytes(tokens[i]), (int)MerchantOf(i)))],
            Wallets = [.. payers.Select(Encoding.ASCII.GetBytes)],
            HotTokens = [.. tokens.Skip(Payers).Select(Encoding.ASCII.GetBytes)],
        };
    }

    private static long MerchantOf(long token) => token < Payers ? token % Merchants : 0;

    private static void Count(Uri service, int operations, int steps, Func<long, int, SetupCall> call, Action<long, int, System.Text.Json.JsonElement> answered)
    {
        using var engine = new LoadEngine(new SetupScript(steps, call, answered), [service], Connections);
        engine.Count(operations);
    }
}
