using Ecny.Contracts.Ledger;
using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Risk.Tests;

/// <summary>A hand-made history, fed to an engine as it is written. Amounts in yuan, times in hours after the start.</summary>
internal sealed class History
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly RiskEngine _engine;
    private readonly List<Alert> _alerts = [];
    private long _seq;

    public History(params string[] rules) : this(rules.Length == 0 ? RuleCatalogue.Default : RuleCatalogue.Default.Only(rules), EngineOptions.Default) { }

    public History(RuleCatalogue catalogue, EngineOptions options) => _engine = new RiskEngine(catalogue, options);

    public RiskEngine Engine => _engine;
    public EngineStatistics Statistics => _engine.Statistics;
    /// <summary>Every revision, in the order raised.</summary>
    public IReadOnlyList<Alert> Revisions => _alerts;
    /// <summary>The newest revision of each alert.</summary>
    public List<Alert> Alerts => [.. _alerts.GroupBy(alert => alert.Id).Select(group => group.Last())];

    public static long Micros(double hours) => (Start.ToUnixTimeMilliseconds() + (long)Math.Round(hours * 3_600_000)) * 1_000;

    public static RiskEntry Entry(long seq, long from, long to, decimal yuan, double hours, EntryKind kind = EntryKind.Transfer, WalletClass walletClass = WalletClass.I, long balance = -1) => new()
    {
        Shard = 0, Seq = seq, Transfer = new Guid((int)seq, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Kind = kind, Amount = (long)(yuan * 100), Debit = from, Credit = to,
        BusinessDate = DateOnly.FromDateTime(Start.AddHours(hours + 8).UtcDateTime), AtMicros = Micros(hours), DebitClass = walletClass, CreditClass = walletClass, DebitBalance = balance,
    };

    public Acceptance Pay(long from, long to, decimal yuan, double hours, EntryKind kind = EntryKind.Transfer, WalletClass walletClass = WalletClass.I, long balance = -1) =>
        _engine.Accept(Entry(++_seq, from, to, yuan, hours, kind, walletClass, balance), _alerts);

    public Acceptance Feed(in RiskEntry entry) => _engine.Accept(entry, _alerts);

    public History Advance(double hours)
    {
        _engine.AdvanceTo(Micros(hours), _alerts);
        return this;
    }
}
