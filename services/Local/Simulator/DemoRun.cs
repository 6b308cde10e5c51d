using System.Globalization;
using Ecny.Contracts.Ledger;
using Ecny.Ledger.Audit;
using Ecny.Local.Sandbox;
using Npgsql;
using Spectre.Console;

namespace Ecny.Local.Simulator;

/// <param name="Seconds">How long the city lives.</param>
/// <param name="Rate">Activities begun a second; most are two requests or more.</param>
/// <param name="Seed">Same seed, same choices.</param>
public sealed record DemoOptions(int Seconds, int Rate, int Seed);

/// <summary>A piece of a city's day through the public API, held against the journal to the fen at its end.</summary>
public sealed class DemoRun(SandboxFile sandbox, NpgsqlDataSource ledger, DemoOptions options, IAnsiConsole console)
{
    private const int MaxInFlight = 400;

    /// <summary>True when everything adds up.</summary>
    public async Task<bool> Run(CancellationToken stop)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}-{options.Seed}");
        using var city = new SimulatedCity(sandbox, run, connections: 128);
        var before = await Totals.Head(ledger, stop);
        console.MarkupLineInterpolated($"Seed {options.Seed}: the same seed makes the same choices. Opening wallets …");
        var declines = new Declines(city);
        await declines.Prepare(stop);
        await OpenWallets(city, stop);

        var failures = new List<Exception>();
        var others = declines.BringAbout(stop);
        await Live(city, failures, stop);
        await others;
        if (options.Seconds >= 30)
        {
            console.MarkupLine("Waiting for a pay code to run out …");
            await declines.LetExpire(stop);
        }
        foreach (var failure in failures.Take(5)) console.MarkupLineInterpolated($"[red]{failure.Message}[/]");

        DemoReport.Write(console, city.History);
        return await Judge(city, before, stop) & failures.Count == 0 & MissedDeclines(city.History);
    }

    private async Task OpenWallets(SimulatedCity city, CancellationToken stop)
    {
        (WalletClass Class, long Amount)[] people = [(WalletClass.I, 9_000_000), (WalletClass.II, 4_000_000), (WalletClass.II, 2_000_000), (WalletClass.III, 900_000), (WalletClass.IV, 400_000)];
        var opening = Enumerable.Range(0, 60).Select(i => city.Settle(city.Operators[i % 2], people[i % people.Length].Class, people[i % people.Length].Amount, stop));
        city.Residents.AddRange(await Task.WhenAll(opening));
        // Whoever pays others out needs money of its own.
        await Task.WhenAll(sandbox.Merchants.Select(merchant => city.Exchange(merchant.WalletId, city.OperatorOf(merchant.Operator), "IN", 2_000_000_000, stop)));
    }

    private async Task Live(SimulatedCity city, List<Exception> failures, CancellationToken stop)
    {
        var random = new Random(options.Seed);
        var weights = Scenarios.All.Sum(activity => activity.Weight);
        using var room = new SemaphoreSlim(MaxInFlight);
        var open = new List<Task>();
        var started = DateTimeOffset.UtcNow;
        var shown = started;
        for (var begun = 0L; DateTimeOffset.UtcNow - started < TimeSpan.FromSeconds(options.Seconds) && !stop.IsCancellationRequested; begun++)
        {
            var due = started + TimeSpan.FromSeconds((double)begun / options.Rate);
            if (due - DateTimeOffset.UtcNow is { Ticks: > 0 } early) await Task.Delay(early, CancellationToken.None);
            await room.WaitAsync(CancellationToken.None);
            open.Add(Begin(city, random, weights, room, failures, stop));
            if (DateTimeOffset.UtcNow - shown < TimeSpan.FromSeconds(1)) continue;
            shown = DateTimeOffset.UtcNow;
            open.RemoveAll(task => task.IsCompleted);
            Progress(city.History, shown - started, open.Count);
        }
        await Task.WhenAll(open);
        Progress(city.History, DateTimeOffset.UtcNow - started, 0);
        console.WriteLine();
    }

    private static async Task Begin(SimulatedCity city, Random random, int weights, SemaphoreSlim room, List<Exception> failures, CancellationToken stop)
    {
        var pick = random.Next(weights);
        var activity = Scenarios.All.First(candidate => (pick -= candidate.Weight) < 0);
        var resident = city.Residents[random.Next(city.Residents.Count)];
        var merchant = city.Merchant(activity.Scenario, random);
        // Small amounts are common, large ones rare: uniform in the logarithm.
        var amount = (long)Math.Exp(Math.Log(activity.Least) + random.NextDouble() * (Math.Log(activity.Most) - Math.Log(activity.Least)));
        var own = new Random(random.Next());
        try
        {
            await Task.Yield();
            await activity.Happen(city, resident, merchant, amount, own, stop);
        }
        catch (Exception e) when (e is LocalException or HttpRequestException or OperationCanceledException)
        {
            lock (failures) failures.Add(e);
        }
        finally
        {
            room.Release();
        }
    }

    // Written past the console's layout, which would break the line: a pipe counts as 80 columns wide.
    private static void Progress(ClientHistory history, TimeSpan elapsed, int open) => Console.Out.Write(string.Create(CultureInfo.InvariantCulture,
        $"\r{elapsed.TotalSeconds,4:0} s  {history.Total,7:N0} requests  {history.Settled,7:N0} settled  {history.Declined,5:N0} declined  {history.UnknownResolved,3:N0} unknown resolved  {open,3} open  "));

    private async Task<bool> Judge(SimulatedCity city, long before, CancellationToken stop)
    {
        var reconciler = new HistoryReconciler();
        foreach (var record in city.History.Records) reconciler.Add(record);
        var verdict = await reconciler.Run(ledger, 0, before, complete: false, stop);
        var audit = await LedgerAudit.Run(ledger, new AuditOptions(), null, stop);
        await Totals.Write(console, ledger, before, stop);
        DemoReport.WriteVerdict(console, verdict, audit);
        return verdict.AddsUp && audit.Finding is null;
    }

    private bool MissedDeclines(ClientHistory history)
    {
        var seen = history.Counts.Keys.Where(key => key.Answer == ClientAnswer.Declined).Select(key => key.Code).ToHashSet();
        var missed = Declines.Codes.Where(code => !seen.Contains(code.ToString()) && (code != DeclineCode.EXPIRED || options.Seconds >= 30)).ToList();
        if (missed.Count > 0) console.MarkupLineInterpolated($"[red]Declines that did not come about: {string.Join(", ", missed)}[/]");
        return missed.Count == 0;
    }
}
