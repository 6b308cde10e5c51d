using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;
using Ecny.Risk.Engine.Snapshots;
using Ecny.Risk.Engine.State;

namespace Ecny.Risk.Engine.Rules;

/// <summary>
/// R01 大额报告: the sum of a client (all wallets of a person's token) on one business date in one direction reaches the reporting limit.
/// Score: sum ÷ limit. Source of the limits: PBoC's rules on large-value reports (大额交易报告), in risk.md.
/// </summary>
[RuleKind("large-value")]
public sealed class LargeValueRule(RuleVersion version) : Rule(version)
{
    private const int DaysKept = 3;
    private readonly Dictionary<Key, long> _sums = [];
    private readonly Queue<Key> _order = new();
    private readonly Parameter _cash = version["cashFen"], _entity = version["entityFen"], _domestic = version["personDomesticFen"], _crossBorder = version["personCrossBorderFen"];

    public static IReadOnlyList<ParameterSpec> Schema =>
        [ParameterSpec.Fen("cashFen"), ParameterSpec.Fen("entityFen"), ParameterSpec.Fen("personDomesticFen"), ParameterSpec.Fen("personCrossBorderFen")];

    public override void OnEntry(in RiskEntry entry, Flow flow, RiskState state, List<Finding> findings)
    {
        while (_order.TryPeek(out var oldest) && oldest.Date.AddDays(DaysKept) <= entry.BusinessDate) _sums.Remove(_order.Dequeue());
        if (IsCustomer(entry.DebitClass)) Add(entry, flow, entry.Debit, entry.DebitPerson, entry.DebitClass, entry.DebitLevel, true, state, findings);
        if (IsCustomer(entry.CreditClass)) Add(entry, flow, entry.Credit, entry.CreditPerson, entry.CreditClass, entry.CreditLevel, false, state, findings);
    }

    // Every sum has its place in the order of forgetting.
    internal override void Save(StateWriter writer) => writer.List(_order, key =>
    {
        writer.Text(key.Person);
        writer.Long(key.Wallet);
        writer.Int(key.Date.DayNumber);
        writer.Bool(key.IsOut);
        writer.Text(key.Category);
        writer.Long(_sums[key]);
    });

    internal override void Load(StateReader reader) => reader.Each(() =>
    {
        var key = new Key(reader.Text(), reader.Long(), DateOnly.FromDayNumber(reader.Int()), reader.Bool(), reader.Text());
        _order.Enqueue(key);
        _sums.Add(key, reader.Long());
    });

    private void Add(in RiskEntry entry, Flow flow, long wallet, string? person, WalletClass walletClass, RiskLevel level, bool isOut, RiskState state, List<Finding> findings)
    {
        var (category, parameter) = entry.IsCash ? ("cash", _cash) : walletClass == WalletClass.Corporate ? ("entity", _entity)
            : entry.IsCrossBorder ? ("cross-border", _crossBorder) : ("domestic", _domestic);
        var key = new Key(person ?? "", person is null ? wallet : 0, entry.BusinessDate, isOut, category);
        if (!_sums.TryGetValue(key, out var before)) _order.Enqueue(key);
        var sum = checked(before + entry.Amount);
        _sums[key] = sum;
        var limit = parameter.For(walletClass, level);
        // Told when the limit is reached and at every further multiple of it, not with each of a merchant's thousands of payments.
        if (sum < limit || Math.Floor(before / limit) == Math.Floor(sum / limit)) return;
        IEnumerable<Flow> evidence = [flow];
        // On the entry that reaches the limit the day so far is told, afterwards the entry that doubles it, and so on.
        if (before < limit && state.Wallets.Find(wallet) is { } known) evidence = OfTheDay(isOut ? known.Out : known.In, entry.BusinessDate).Append(flow);
        var (zh, en) = isOut ? ("付出", "paid") : ("收到", "received");
        Report(findings, category, sum / limit, wallet, evidence, [Value("dailySumFen", sum, limit, "fen")], new Bilingual(
            $"{entry.BusinessDate:yyyy-MM-dd} 当日累计{zh} {Words.Yuan(sum)}，达到大额报告标准 {Words.Yuan((long)limit)}",
            $"{en} {Words.Yuan(sum)} on {entry.BusinessDate:yyyy-MM-dd}, at or above the reporting limit of {Words.Yuan((long)limit)}"));
    }

    private static IEnumerable<Flow> OfTheDay(FlowList list, DateOnly date)
    {
        for (var i = 0; i < list.Count; i++)
            if (list[i].BusinessDate == date) yield return list[i];
    }

    private static bool IsCustomer(WalletClass walletClass) => walletClass <= WalletClass.Corporate;

    private readonly record struct Key(string Person, long Wallet, DateOnly Date, bool IsOut, string Category);
}
