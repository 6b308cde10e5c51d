using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R24 名单: one side of a payment is listed (score 100), or at least a share of what a wallet received within the window comes from listed wallets
/// directly or through one wallet between (score: that share in percent).
/// </summary>
[RuleKind("list")]
public sealed class ListRule(RuleVersion version) : Rule(version)
{
    private const int All = 10_000;
    private readonly Parameter _share = version["taintPercent"], _hours = version["windowHours"];

    public static IReadOnlyList<ParameterSpec> Schema => [ParameterSpec.Percent("taintPercent", 100), ParameterSpec.Hours("windowHours")];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        if (!state.HasLists) return;
        foreach (var (listed, other) in ((long, long)[])[(flow.From, flow.To), (flow.To, flow.From)])
            if (state.ListOf(listed, flow.At) is { } list)
                Report(findings, "listed", 100, other, [flow], [Value("listed", 1, 1, "count")], new Bilingual(
                    $"与名单“{list}”上的钱包 {WalletNumber.Text(listed)} 发生 {Words.Yuan(flow.Amount)} 的往来", $"{Words.Yuan(flow.Amount)} with wallet {WalletNumber.Text(listed)}, which is on the list \"{list}\""));
        if (flow.ListedPerMyriad == 0 || state.ListOf(flow.To, flow.At) is not null || state.Wallets.Find(flow.To) is not { } wallet) return;
        double total = 0, tainted = 0;
        var evidence = new List<Flow>();
        for (var i = wallet.In.From(state.Watermark - Time.Hours(_hours.Default)); i < wallet.In.Count; i++)
        {
            var inflow = wallet.In[i];
            total += inflow.Amount;
            if (inflow.ListedPerMyriad == 0) continue;
            tainted += (double)inflow.Amount * inflow.ListedPerMyriad / All;
            evidence.Add(inflow);
        }
        var limit = _share.For(entry.CreditClass, entry.CreditLevel);
        if (total == 0 || tainted * 100 < total * limit) return;
        var percent = tainted * 100 / total;
        Report(findings, "taint", percent, flow.To, evidence, [Value("taintPercent", percent, limit, "percent")], new Bilingual(
            $"{Words.Number(_hours.Default)} 小时内收款的 {Words.Number(Math.Floor(percent))}% 在两步之内来自名单上的钱包", $"{Words.Number(Math.Floor(percent))} % of what it received within {Words.Number(_hours.Default)} h came from listed wallets within two hops"));
    }

    /// <summary>Share of the money in a payment that comes from listed wallets, in 1/10 000: all when the payer is listed, else by what the payer received from listed wallets itself.</summary>
    internal static int ListedPerMyriad(long payer, long at, RiskState state)
    {
        if (state.ListOf(payer, at) is not null) return All;
        if (state.Wallets.Find(payer) is not { } wallet) return 0;
        double total = 0, listed = 0;
        for (var i = 0; i < wallet.In.Count && wallet.In[i].At <= at; i++)
        {
            total += wallet.In[i].Amount;
            if (wallet.In[i].ListedPerMyriad == All) listed += wallet.In[i].Amount;
        }
        // One hop further it is no longer all of it, so that the second hop is the last.
        return total == 0 ? 0 : Math.Min(All - 1, (int)(listed / total * All));
    }
}
