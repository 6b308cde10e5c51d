using System.Diagnostics;
using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Local.Replay;
using Ecny.Risk.Engine;
using Ecny.Risk.Engine.Alerts;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Engine.Entries;

namespace Ecny.Local.Detect;

/// <summary>What a run over a labelled file gave.</summary>
public sealed record Detection(DetectionScore Score, int Rows, IReadOnlyList<Alert> Alerts, IReadOnlyList<BadLine> Bad, TimeSpan EngineTime, EngineStatistics Statistics);

/// <summary>
/// Feeds a labelled transaction file to the risk engine in event time. The engine sees payer, payee, amount, time and whether a side is the outside
/// world; ground truth is looked at only when the run is over.
/// </summary>
public sealed class DetectRun(string path, RuleCatalogue catalogue, Action<string> progress)
{
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromDays(120);
    private static readonly TimeSpan ChinaTime = TimeSpan.FromHours(8);

    /// <exception cref="LocalException">A file is missing or damaged or lacks columns.</exception>
    public Detection Run()
    {
        var bad = new List<BadLine>();
        var accounts = ReplayFile.Accounts(path, bad);
        var wallets = accounts.Keys.Select((name, index) => (name, index)).ToDictionary(account => account.name, account => account.index + 1L, StringComparer.Ordinal);
        var rows = new List<LabelledRow>();
        foreach (var row in ReplayFile.LabelledRows(path, accounts, bad))
        {
            rows.Add(row);
            if (rows.Count % 50_000 == 0) progress($"{rows.Count:N0} rows read");
        }
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].AtMicros >= rows[i - 1].AtMicros) continue;
            rows = [.. rows.OrderBy(row => row.AtMicros)];
            break;
        }

        var engine = new RiskEngine(catalogue, EngineOptions.Default);
        var newest = new Dictionary<string, Alert>(StringComparer.Ordinal);
        var (named, first, seen) = (new bool[rows.Count], new bool[rows.Count], new HashSet<(long, long)>());
        var alerts = new List<Alert>();
        var watch = new Stopwatch();
        for (var i = 0; i < rows.Count; i++)
        {
            var (from, to) = (wallets[rows[i].Row.From], wallets[rows[i].Row.To]);
            var (fromOutside, toOutside) = (accounts[rows[i].Row.From].IsExternal, accounts[rows[i].Row.To].IsExternal);
            first[i] = !fromOutside && !toOutside && seen.Add((from, to));
            watch.Start();
            engine.Accept(Entry(rows[i], i, from, to, fromOutside, toOutside), alerts);
            watch.Stop();
            Note(alerts, named, newest);
            if (i % 10_000 == 9_999) progress($"{i + 1:N0} of {rows.Count:N0} rows, {newest.Count:N0} alerts");
        }
        // The file is over, time goes on: what waits to ripen does so.
        if (rows.Count > 0)
        {
            watch.Start();
            engine.AdvanceTo(rows[^1].AtMicros + AfterTheEnd.Ticks / TimeSpan.TicksPerMicrosecond, alerts);
            watch.Stop();
        }
        Note(alerts, named, newest);
        progress($"{rows.Count:N0} rows, {newest.Count:N0} alerts");
        var truth = rows.Select(row => new LabelledTransaction(row.IsLaundering, row.PatternId, row.PatternType)).ToList();
        return new Detection(DetectionScore.Of(truth, named, first), rows.Count, [.. newest.Values], bad, watch.Elapsed, engine.Statistics);
    }

    private static RiskEntry Entry(in LabelledRow row, int index, long from, long to, bool fromOutside, bool toOutside) => new()
    {
        Shard = 0,
        Seq = index + 1,
        Transfer = new Guid(index + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Kind = fromOutside ? EntryKind.ExchangeIn : toOutside ? EntryKind.Payment : EntryKind.Transfer,
        Amount = row.Row.Amount,
        Debit = from,
        Credit = to,
        BusinessDate = DateOnly.FromDateTime(DateTimeOffset.UnixEpoch.AddTicks(row.AtMicros * TimeSpan.TicksPerMicrosecond).ToOffset(ChinaTime).DateTime),
        AtMicros = row.AtMicros,
        DebitClass = fromOutside ? WalletClass.Operator : WalletClass.I,
        CreditClass = toOutside ? WalletClass.Operator : WalletClass.I,
        DebitBalance = -1,
    };

    private static void Note(List<Alert> alerts, bool[] named, Dictionary<string, Alert> newest)
    {
        foreach (var alert in alerts)
        {
            newest[alert.Id] = alert;
            foreach (var edge in alert.Edges) named[edge.Seq - 1] = true;
        }
        alerts.Clear();
    }
}
