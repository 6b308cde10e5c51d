using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Bench.Risk;

/// <summary>
/// What one would write first: everything a wallet ever did in a list, and at each entry queries over the last day of it. Structuring, pass-through,
/// fan-in, fan-out and cycles of three; no graph of first payments, no bounds, no evidence.
/// </summary>
internal sealed class NaiveRules
{
    private const long Minute = 60_000_000L;
    private const long Day = 24 * 60 * Minute;
    private readonly Dictionary<long, List<RiskEntry>> _in = [], _out = [];

    public long Findings { get; private set; }

    public void Accept(in RiskEntry entry)
    {
        var (at, wallet) = (entry.AtMicros, entry.Debit);
        Of(_out, wallet).Add(entry);
        Of(_in, entry.Credit).Add(entry);
        var outs = Of(_out, wallet).Where(flow => flow.AtMicros > at - Day).OrderBy(flow => flow.AtMicros).ToList();
        var ins = Of(_in, wallet).Where(flow => flow.AtMicros > at - Day).OrderBy(flow => flow.AtMicros).ToList();
        var limit = 500_000L;
        var close = outs.Where(flow => flow.Amount >= limit * 0.8 && flow.Amount <= limit * 0.99).ToList();
        if (close.Count >= 3 && close.Sum(flow => flow.Amount) >= limit * 1.2) Findings++;
        if (ins.Count(came => came.Amount >= 200_000 && outs.Where(flow => flow.AtMicros >= came.AtMicros && flow.AtMicros <= came.AtMicros + 30 * Minute).Sum(flow => flow.Amount) >= came.Amount * 0.9) >= 2) Findings++;
        var transfers = ins.Where(flow => flow.Kind == EntryKind.Transfer).ToList();
        if (transfers.Select(flow => flow.Debit).Distinct().Count() >= 5 &&
            outs.GroupBy(flow => flow.Credit).Select(group => group.Sum(flow => flow.Amount)).OrderDescending().Take(2).Sum() >= transfers.Sum(flow => flow.Amount) * 0.8) Findings++;
        var recent = outs.Where(flow => flow.Kind == EntryKind.Transfer && flow.AtMicros > at - 8 * 60 * Minute).ToList();
        if (recent.Select(flow => flow.Credit).Distinct().Count() >= 5 && ins.Select(flow => flow.Debit).Distinct().Count() is 1 or 2) Findings++;
        var (payee, amount) = (entry.Credit, entry.Amount);
        if (ins.Any(second => second.Amount >= amount && Of(_in, second.Debit).Any(first => first.Debit == payee && first.AtMicros > at - Day && first.AtMicros < second.AtMicros && first.Amount >= second.Amount))) Findings++;
    }

    private static List<RiskEntry> Of(Dictionary<long, List<RiskEntry>> flows, long wallet)
    {
        if (!flows.TryGetValue(wallet, out var list)) flows.Add(wallet, list = []);
        return list;
    }
}
