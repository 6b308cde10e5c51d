using System.Text.Json.Nodes;
using Ecny.Bench.Events;
using Ecny.Bench.Report;
using Ecny.Local.City;
using Ecny.Local.Events;

namespace Ecny.Bench.Payments;

/// <summary>
/// <c>bench payments-all</c>: <c>bench payments</c> with all five services, the relay and the embedded broker running, against itself without them, in the same run.
/// </summary>
internal sealed class PaymentsAllBench(string repository, int seconds)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<BenchResult> Run(CancellationToken stop)
    {
        JsonObject baseline;
        List<string> faults;
        await using (var alone = await PaymentsScene.Start(repository, "payments", PaymentsBench.Services, events: null, stop))
        {
            baseline = PaymentsMeasure.Run(alone, seconds);
            faults = await alone.Check(stop);
        }
        await using var all = await PaymentsScene.Start(repository, "payments", ServiceKinds.All, new CityEvents(Kafka: null, Sidecars: false), stop);
        var figures = PaymentsMeasure.Run(all, seconds);
        Progress.Say($"waiting for the consumers");
        var behind = await Cursors.WaitAtHead(all.Databases, Patience, stop);
        faults.AddRange(behind.Faults);
        figures["catchUpSeconds"] = behind.Seconds;
        faults.AddRange(await all.Check(stop));
        figures["percentOfBaseline"] = Math.Round(100 * figures["perSecond"]!.GetValue<double>() / baseline["perSecond"]!.GetValue<double>(), 1);
        figures["seconds"] = Math.Round(Progress.Seconds);
        baseline["what"] = "acquiring, wallets and postgres alone";
        var settings = PaymentsMeasure.Settings(all, seconds);
        settings["processes"] = "generator, five services, relay, embedded broker, postgres";
        return new BenchResult { Name = "payments-all", Settings = settings, Figures = figures, Baseline = baseline, Faults = faults };
    }
}
